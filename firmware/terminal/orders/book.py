"""Orders from the server: each is done at most once, and what became of it is a record.

In keep under "order": the number of the last order taken u32, then the newest ORDER record due (order u32,
code u8, outcome u8, value u32, seq u32 that it was to have), then for each order that has begun and not ended
its number u32 and code u8. It is written after the order was done and before its record: a power cut before
it means that the order is taken again, one after it that the record is written at the next start.
"""

from firmware.wire import orders, records
from firmware.wire.errors import WireError
from firmware.wire.fields import ORDER
from firmware.wire.pack import put_int, word

NAME = "order"
OPEN_MAX = 4
_HEAD = 18
_OPEN_SIZE = 5


class OrderBook:
    """Orders for one terminal. table: code -> do(order, body) giving (outcome, value).

    do may raise ValueError or WireError for a malformed body and OSError for what the medium refuses. An
    outcome BEGUN is followed by finish(). write(kind, body) journals a record with the number next_seq.
    """

    def __init__(self, terminal, key, keep, journal, write, table):
        self._terminal = terminal
        self._key = key
        self._keep = keep
        self._journal = journal
        self._write = write
        self._table = table
        self._payload = None
        self.last = 0
        self._due = None
        self._open = []
        self.replayed = 0
        # The number of the newest ORDER record, and the highest stale number answered since the start.
        self._seq = journal.next_seq - 1
        self._answered = 0
        self._read_kept()

    @property
    def waiting(self):
        """Whether an order waits for step()."""
        return self._payload is not None

    def offer(self, payload):
        """An order has come. Returns whether step() has to take it; raises WireError for a false one.

        Only one can wait: not to be called while waiting.
        """
        terminal, order, _, _, _ = orders.open_order(payload, self._key)
        if terminal != self._terminal or order <= self.last:
            self.replayed += 1
            if terminal != self._terminal or order <= self._answered or self._remembers(order):
                return False
        self._payload = payload
        return True

    def drop(self):
        """Forget the order that waits; the server will send it again."""
        self._payload = None

    def step(self, utc_s):
        """Do the order that waits, record what is due. utc_s 0: unknown. Raises OSError by the medium."""
        if self._due is not None:
            self._record()
        payload = self._payload
        if payload is None:
            return
        self._payload = None
        _, order, until_utc_s, code, body = orders.open_order(payload, self._key)
        if order <= self.last:
            # The server does not know which numbers are gone: it began from a backup.
            self._write_record(order, orders.STALE, orders.REFUSED, self.last)
            self._answered = order
            return
        if code not in self._table:
            outcome, value = orders.UNKNOWN, code
        elif until_utc_s and not utc_s:
            # Nobody knows yet whether it has expired: the server sends it again.
            return
        elif until_utc_s and utc_s > until_utc_s:
            outcome, value = orders.EXPIRED, until_utc_s
        else:
            outcome, value = self._do(order, code, body)
        if outcome == orders.BEGUN:
            self._open.append((order, code))
        self.last = order
        self._owe(order, code, outcome, value)

    def finish(self, order, outcome, value):
        """An order that had begun has ended. Nothing happens when it was not open."""
        for found in self._open:
            if found[0] == order:
                if self._due is not None:
                    self._record()
                self._open.remove(found)
                self._owe(order, found[1], outcome, value)
                return

    def opened(self, code):
        """Number of the newest order of that code that has begun and not ended, 0 when there is none."""
        found = 0
        for order, its_code in self._open:
            if its_code == code:
                found = order
        return found

    def _remembers(self, order):
        """Whether the server will learn, or has just learnt, what became of an order taken before."""
        if order == self.last and (self._due is not None or self._seq > self._journal.through):
            return True
        for found in self._open:
            if found[0] == order:
                return True
        return False

    def _do(self, order, code, body):
        if len(self._open) >= OPEN_MAX:
            return orders.REFUSED, 0
        try:
            return self._table[code](order, body)
        except OSError as error:
            return orders.REFUSED, error.errno or 0
        except (ValueError, WireError):
            return orders.MALFORMED, 0

    def _owe(self, order, code, outcome, value):
        self._due = (order, code, outcome, value)
        self._save()
        self._record()

    def _record(self):
        order, code, outcome, value = self._due
        seq = self._journal.next_seq
        self._write_record(order, code, outcome, value)
        self._seq = seq
        self._due = None

    def _write_record(self, order, code, outcome, value):
        self._write(ORDER, {"order": order, "code": code, "outcome": outcome, "value": value})

    def _save(self):
        order, code, outcome, value = self._due
        data = bytearray(_HEAD + _OPEN_SIZE * len(self._open))
        put_int(data, 0, 4, self.last)
        put_int(data, 4, 4, order)
        data[8] = code
        data[9] = outcome
        put_int(data, 10, 4, value)
        put_int(data, 14, 4, self._journal.next_seq)
        at = _HEAD
        for order, code in self._open:
            put_int(data, at, 4, order)
            data[at + 4] = code
            at += _OPEN_SIZE
        try:
            self._keep.put(NAME, data)
        except OSError:
            # The ORDER records of the journal remember too.
            pass

    def _read_kept(self):
        data = self._keep.get(NAME)
        # A file that could not be written is behind the journal's records.
        self.last = _newest(self._journal)
        if data is None or len(data) < _HEAD:
            return
        self.last = max(self.last, word(data, 0))
        self._seq = word(data, 14)
        for at in range(_HEAD, len(data) - _OPEN_SIZE + 1, _OPEN_SIZE):
            self._open.append((word(data, at), data[at + 4]))
        if not self._is_recorded(word(data, 4), data[8], data[9], word(data, 14)):
            self._due = (word(data, 4), data[8], data[9], word(data, 10))

    def _is_recorded(self, order, code, outcome, seq):
        if seq <= self._journal.through:
            return True
        found = self._journal.read_from(seq, 1, 1)
        if not found:
            return False
        values = records.decode(found[0])
        return (
            values["kind"] == ORDER
            and values["order"] == order
            and values["code"] == code
            and values["outcome"] == outcome
        )

    def close_interrupted(self, alive=()):
        """At a start, after the boot record: orders that the restart ended are refused, all but those of the
        numbers in alive. Raises OSError."""
        for order, _ in list(self._open):
            if order not in alive:
                self.finish(order, orders.REFUSED, 0)


def _newest(journal):
    """The highest order that the journal's newest records tell of, 0 when none does."""
    last = 0
    for record in journal.recent():
        if record[0] == ORDER:
            last = max(last, records.decode(record)["order"])
    return last
