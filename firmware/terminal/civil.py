"""Calendar dates from Unix seconds, in integers; boards differ in their own clock's epoch."""


def civil(unix_s):
    """(year, month, day, hour, minute, second) of a Unix second. Howard Hinnant's days-to-civil."""
    days, second = divmod(unix_s, 86400)
    # Counted from 1 March of year 0, so that a leap day is the last of its year.
    era, day = divmod(days + 719468, 146097)
    year = (day - day // 1460 + day // 36524 - day // 146096) // 365
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153
    day -= (153 * month + 2) // 5 - 1
    month = month + 3 if month < 10 else month - 9
    if month <= 2:
        year += 1
    return year + era * 400, month, day, second // 3600, second % 3600 // 60, second % 60
