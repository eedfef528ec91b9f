"""Sets of sequence numbers as a few ranges, in memory that is taken once."""

from array import array


class Ranges:
    """Rising ranges (first..last) that neither meet nor overlap; at most limit of them.

    When there is no room the shortest range is forgotten: what it costs is a record sent again.
    """

    def __init__(self, limit):
        self._bounds = array("I", [0] * (2 * limit + 2))
        self._limit = limit
        self.count = 0
        # First number of the range that the last add() had to forget, 0 for none.
        self.forgotten = 0

    def __iter__(self):
        for index in range(self.count):
            yield self._bounds[2 * index], self._bounds[2 * index + 1]

    def total(self):
        """How many numbers there are."""
        found = 0
        for index in range(self.count):
            found += self._bounds[2 * index + 1] - self._bounds[2 * index] + 1
        return found

    def first(self):
        """The smallest number, 0 when there is none."""
        return self._bounds[0] if self.count else 0

    def end_of(self, seq):
        """The last number of the range that holds seq, 0 when none does."""
        bounds = self._bounds
        for index in range(self.count):
            if bounds[2 * index] <= seq <= bounds[2 * index + 1]:
                return bounds[2 * index + 1]
        return 0

    def next_after(self, seq):
        """The smallest number above seq, 0 when there is none."""
        bounds = self._bounds
        for index in range(self.count):
            if bounds[2 * index + 1] > seq:
                return max(bounds[2 * index], seq + 1)
        return 0

    def add(self, first, last):
        """Put first..last in. Returns whether any number of it is new."""
        bounds = self._bounds
        self.forgotten = 0
        begin = 0
        while begin < self.count and bounds[2 * begin + 1] + 1 < first:
            begin += 1
        end = begin
        while end < self.count and bounds[2 * end] <= last + 1:
            end += 1
        if end == begin + 1 and bounds[2 * begin] <= first and last <= bounds[2 * begin + 1]:
            return False
        if end > begin:
            first = min(first, bounds[2 * begin])
            last = max(last, bounds[2 * end - 1])
        self._replace(begin, end, 1)
        bounds[2 * begin] = first
        bounds[2 * begin + 1] = last
        if self.count > self._limit:
            self._forget_shortest()
        return True

    def remove(self, first, last):
        """Take first..last out. Returns whether any number of it was in."""
        bounds = self._bounds
        found = False
        index = 0
        while index < self.count:
            low, high = bounds[2 * index], bounds[2 * index + 1]
            if high < first or low > last:
                index += 1
                continue
            found = True
            if low < first and high > last:
                self._replace(index, index + 1, 2)
                bounds[2 * index] = low
                bounds[2 * index + 1] = first - 1
                bounds[2 * index + 2] = last + 1
                bounds[2 * index + 3] = high
                if self.count > self._limit:
                    self._forget_shortest()
                return True
            if low < first:
                bounds[2 * index + 1] = first - 1
                index += 1
            elif high > last:
                bounds[2 * index] = last + 1
                index += 1
            else:
                self._replace(index, index + 1, 0)
        return found

    def clear(self):
        """Take everything out."""
        self.count = 0

    def _replace(self, begin, end, count):
        """Make room for count ranges in place of begin..end-1; their bounds are to be set."""
        bounds = self._bounds
        shift = count - (end - begin)
        if shift > 0:
            for at in range(2 * self.count - 1, 2 * end - 1, -1):
                bounds[at + 2 * shift] = bounds[at]
        elif shift < 0:
            for at in range(2 * end, 2 * self.count):
                bounds[at + 2 * shift] = bounds[at]
        self.count += shift

    def _forget_shortest(self):
        bounds = self._bounds
        shortest = 0
        for index in range(1, self.count):
            length = bounds[2 * index + 1] - bounds[2 * index]
            if length < bounds[2 * shortest + 1] - bounds[2 * shortest]:
                shortest = index
        self.forgotten = bounds[2 * shortest]
        self._replace(shortest, shortest + 1, 0)
