"""Which stretches of the three GeoLife recordings are looked at: traveller, first and last second (UTC)."""

_BEIJING_1, _BEIJING_2, _HARBIN = "2008-10-25T", "2008-10-31T", "2007-08-05T"

STRETCHES = {
    # By bus across north-western Beijing, and the same road back in the evening.
    "bus-out": ("001", _BEIJING_1 + "00:29:18", _BEIJING_1 + "01:05:40"),
    "bus-back": ("001", _BEIJING_1 + "10:42:55", _BEIJING_1 + "11:06:50"),
    "bus-end": ("001", _BEIJING_1 + "11:10:01", _BEIJING_1 + "11:23:30"),
    # On foot to a stop, waiting, by bus.
    "walk-bus": ("001", _BEIJING_1 + "10:07:22", _BEIJING_1 + "10:39:30"),
    # On foot over wooded hills.
    "hill-walk": ("001", _BEIJING_1 + "06:41:26", _BEIJING_1 + "08:10:00"),
    # One long street of Beijing in dense traffic, down, and up again the same day.
    "street-out": ("003", _BEIJING_2 + "08:04:00", _BEIJING_2 + "08:59:00"),
    "street-back": ("003", _BEIJING_2 + "09:57:49", _BEIJING_2 + "10:37:00"),
    "street-end": ("003", _BEIJING_2 + "10:39:50", _BEIJING_2 + "11:00:00"),
    "bicycle": ("003", _BEIJING_2 + "06:07:16", _BEIJING_2 + "06:18:30"),
    # Roads of Heilongjiang: through hills with many holes, and a fast one in the plain.
    "hills-1": ("010", _HARBIN + "07:14:55", _HARBIN + "07:29:30"),
    "hills-2": ("010", _HARBIN + "07:44:53", _HARBIN + "08:34:30"),
    "plain": ("010", _HARBIN + "10:55:35", _HARBIN + "11:19:55"),
}
