"""The training grounds that the terminal knows: is the car inside? In integers only.

The blob's layout is geofence.compact's. A position is compared with a fence's bounding box first; inside an
area is decided exactly on the 1e-7 degrees, a distance to an edge in centimetres in the fence's own plane.
On a 64-bit interpreter asking allocates nothing; on a 32-bit one only products of an edge near by do.
"""

import binascii
from array import array

MAGIC = b"HFG1"
SCALE_BITS = 15
CORRIDOR = 1
WIDE = 2
BLOB_MAX = 16384

# Where a fence's numbers lie in _heads.
_PARTS = 0
_KIND = 1
_REACH = 2
_X_SCALE = 3
_Y_SCALE = 4
_LAT = 5
_LON = 6
_HEIGHT = 7
_WIDTH = 8
_RINGS = 9
_FIRST = 10
_SIZE = 11


class Grounds:
    """The fences of one blob. Raises ValueError, with what is wrong, unless it is whole.

    version as the server numbers its grounds; count of fences.
    """

    def __init__(self, blob):
        view = memoryview(blob)
        size = len(blob)
        if not 14 <= size <= BLOB_MAX or bytes(view[:4]) != MAGIC:
            raise ValueError("grounds: this is no blob of grounds")
        if binascii.crc32(view[: size - 4]) != _int(blob, size - 4, 4):
            raise ValueError("grounds: the CRC does not hold")
        self.version = _int(blob, 4, 4)
        self.count = _int(blob, 8, 2)
        self._heads = array("i")
        # valid_from and valid_to of each fence; the lengths of all rings; lat, lon offsets of all vertices.
        self._valid = array("I")
        self._lengths = array("H")
        self._vertices = array("i")
        try:
            at = 10
            for _ in range(self.count):
                at = self._read(blob, at)
        except (IndexError, OverflowError):
            at = 0
        if at != size - 4:
            raise ValueError("grounds: the fences do not fill the blob")

    def _read(self, blob, at):
        heads = self._heads
        kind = blob[at + 1]
        width = 4 if kind & WIDE else 2
        self._valid.append(_int(blob, at + 2, 4))
        self._valid.append(_int(blob, at + 6, 4))
        heads.append(blob[at])
        heads.append(kind)
        for place in (10, 12, 14):
            heads.append(_int(blob, at + place, 2))
        for place in (16, 20):
            value = _int(blob, at + place, 4)
            heads.append(value - (1 << 32) if value >> 31 else value)
        at += 24
        heads.append(_int(blob, at, width))
        heads.append(_int(blob, at + width, width))
        rings = _int(blob, at + 2 * width, 2)
        heads.append(len(self._lengths))
        heads.append(len(self._vertices))
        at += 2 * width + 2
        self._lengths.append(rings)
        for _ in range(rings):
            length = _int(blob, at, 2)
            self._lengths.append(length)
            at += 2
            for _ in range(2 * length):
                self._vertices.append(_int(blob, at, width))
                at += width
        return at

    def knows(self, part, utc_s):
        """Whether some fence allows training of this part at utc_s."""
        heads = self._heads
        for index in range(self.count):
            if heads[index * _SIZE] >> (part - 1) & 1 and self._in_force(index, utc_s):
                return True
        return False

    def _in_force(self, index, utc_s):
        until_s = self._valid[2 * index + 1]
        return self._valid[2 * index] <= utc_s and (until_s == 0 or utc_s < until_s)

    def inside(self, lat_e7, lon_e7, part, utc_s, margin_cm=0):
        """Whether the position is in a fence that allows this part at utc_s, or within margin_cm of one."""
        heads = self._heads
        for index in range(self.count):
            head = index * _SIZE
            if not heads[head] >> (part - 1) & 1:
                continue
            reach_cm = heads[head + _REACH] + margin_cm
            y = lat_e7 - heads[head + _LAT]
            reach = (reach_cm << SCALE_BITS) // heads[head + _Y_SCALE] + 1
            if not -reach <= y <= heads[head + _HEIGHT] + reach:
                continue
            x = lon_e7 - heads[head + _LON]
            reach = (reach_cm << SCALE_BITS) // heads[head + _X_SCALE] + 1
            if not -reach <= x <= heads[head + _WIDTH] + reach:
                continue
            if self._in_force(index, utc_s) and self._in_fence(head, y, x, reach_cm):
                return True
        return False

    def _in_fence(self, head, y, x, reach_cm):
        lengths = self._lengths
        ring = self._heads[head + _RINGS]
        first = self._heads[head + _FIRST]
        closed = not self._heads[head + _KIND] & CORRIDOR
        odd = False
        for number in range(ring + 1, ring + 1 + lengths[ring]):
            length = lengths[number]
            if closed and self._crossings(first, length, y, x):
                odd = not odd
            if reach_cm and self._near(head, first, length, closed, y, x, reach_cm):
                return True
            first += 2 * length
        return odd

    def _crossings(self, first, length, y, x):
        """Whether a ray to the east meets the ring an odd number of times."""
        vertices = self._vertices
        odd = False
        at = first + 2 * length - 2
        from_y = vertices[at] - y
        from_x = vertices[at + 1] - x
        for at in range(first, first + 2 * length, 2):
            to_y = vertices[at] - y
            to_x = vertices[at + 1] - x
            if (from_y > 0) != (to_y > 0):
                # The side of the edge on which the position lies; its sign turns with the edge's direction.
                if (from_x * to_y > to_x * from_y) == (to_y > from_y):
                    odd = not odd
            from_y = to_y
            from_x = to_x
        return odd

    def _near(self, head, first, length, closed, y, x, reach_cm):
        """Whether an edge comes within reach_cm of the position."""
        vertices = self._vertices
        x_scale = self._heads[head + _X_SCALE]
        y_scale = self._heads[head + _Y_SCALE]
        at = first + 2 * length - 2 if closed else first
        from_y = (vertices[at] - y) * y_scale >> SCALE_BITS
        from_x = (vertices[at + 1] - x) * x_scale >> SCALE_BITS
        for at in range(first, first + 2 * length, 2):
            to_y = (vertices[at] - y) * y_scale >> SCALE_BITS
            to_x = (vertices[at + 1] - x) * x_scale >> SCALE_BITS
            # Most edges lie wholly to one side.
            if not (
                (from_y > reach_cm and to_y > reach_cm)
                or (from_y < -reach_cm and to_y < -reach_cm)
                or (from_x > reach_cm and to_x > reach_cm)
                or (from_x < -reach_cm and to_x < -reach_cm)
            ) and _edge_within(from_y, from_x, to_y, to_x, reach_cm):
                return True
            from_y = to_y
            from_x = to_x
        return False


def _edge_within(from_y, from_x, to_y, to_x, reach_cm):
    """Whether the edge (centimetres from the position) comes within reach_cm of it."""
    step_y = to_y - from_y
    step_x = to_x - from_x
    along = -(from_y * step_y + from_x * step_x)
    square = step_y * step_y + step_x * step_x
    if along <= 0:
        return from_y * from_y + from_x * from_x <= reach_cm * reach_cm
    if along >= square:
        return to_y * to_y + to_x * to_x <= reach_cm * reach_cm
    across = from_y * step_x - from_x * step_y
    return across * across <= reach_cm * reach_cm * square


def _int(blob, at, size):
    if at + size > len(blob):
        raise IndexError
    return int.from_bytes(blob[at : at + size], "big")
