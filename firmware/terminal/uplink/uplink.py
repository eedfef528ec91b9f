"""Brings the journal to the server: one link at a time, believes receipts only, owns every retry.

What is sent next is the outbox's affair. A PUBACK only says that the broker has a payload; a record is sent
again until a receipt covers it. A link is an MqttClient or the depot's CableLink: connected, subscribe,
publish, step, close.
"""

from firmware.terminal.uplink.backoff import Backoff, Jitter
from firmware.terminal.uplink.mqtt import LinkRefused
from firmware.terminal.uplink.outbox import WINDOW_RECORDS, Outbox
from firmware.terminal.uplink.pace import Pace
from firmware.wire import bulk, envelope, topics
from firmware.wire.errors import WireError
from firmware.wire.orders import DONE, MALFORMED, ORDER, REFUSED

BUFFER_SIZE = envelope.PAYLOAD_MAX + 96
RECORDS_PER_S = 8
BULK_BYTES_PER_S = 700
# The network takes its time whatever the terminal's clock does.
CONNECT_WAIT_MS = 20000
ORDER_WAIT_MS = 10000
STABLE_S = 60
RECEIPT_WAIT_S = 30
RECEIPT_WAIT_MAX_S = 600
RETRY_FIRST_S = 8
RETRY_MAX_S = 300
REFUSED_FIRST_S = 300
REFUSED_MAX_S = 3600
SAVE_EVERY_S = 600


class Uplink:
    """One terminal's way to the server.

    open_link(buffer_size) gives a link or raises OSError. board: random_below(n) an integer for jitter,
    patience_ms(s) real milliseconds to wait for the network, ticks_ms() the terminal's time, for the rates.
    show(code, ...) the screen. To be set afterwards, if at all: orders (OrderBook), photos (PhotoQueue),
    on_server_time(utc_s), on_piece(image, offset, data).
    """

    def __init__(self, settings, key, journal, board, open_link, show):
        self._terminal = settings["terminal"]
        self._settings = settings
        self._key = key
        self._journal = journal
        self._open_link = open_link
        self._patience_ms = board.patience_ms
        self._show = show
        self.orders = None
        self.photos = None
        self.on_server_time = None
        self.on_piece = None
        self._topic = topics.up(self._terminal)
        self._bulk_topic = topics.bulk(self._terminal)
        self.outbox = Outbox(journal)
        jitter = Jitter(self._terminal, board.random_below)
        self._jitter = jitter
        self._backoff = Backoff(jitter, board.patience_ms, RETRY_FIRST_S, RETRY_MAX_S)
        self._refusals = Backoff(jitter, board.patience_ms, REFUSED_FIRST_S, REFUSED_MAX_S)
        self._records_pace = Pace(board.ticks_ms, RECORDS_PER_S)
        self._bulk_pace = Pace(board.ticks_ms, BULK_BYTES_PER_S)
        self._link = None
        self.online = False
        self._retry_at = 0
        self._deadline = 0
        self._stable_at = 0
        self._receipt_at = 0
        self._receipt_wait_s = RECEIPT_WAIT_S
        self._bulk_at = 0
        self._bulk_wait_s = RECEIPT_WAIT_S
        self._wanted = None
        self._order_until = 0
        self._save_at = 0
        self._told = None
        self.refused = False
        self.strange_payloads = 0

    def step(self, now_ms):
        """Do what can be done now; now_ms is real time. Never raises OSError."""
        try:
            if self._link is None:
                if now_ms >= self._retry_at:
                    self._link = self._open_link(BUFFER_SIZE)
                    self._deadline = now_ms + CONNECT_WAIT_MS
            else:
                self._receive(now_ms)
                if self.online:
                    self._send(now_ms)
                elif now_ms > self._deadline:
                    raise OSError("the broker does not answer")
        except OSError as error:
            self._lose(now_ms, error)
        if now_ms >= self._save_at:
            self._save_at = now_ms + self._patience_ms(SAVE_EVERY_S)
            self._save()

    def hurry(self):
        """Try now, whatever the back-off says: a cable was plugged in or the network has come back."""
        self._retry_at = 0
        self._drop_link()

    def want(self, image, offset):
        """Ask for the piece of an update image (8 bytes) at offset until it comes; want(None, 0) ends."""
        wanted = None if image is None else (image, offset)
        if wanted == self._wanted:
            return
        self._wanted = wanted
        self._bulk_at = 0
        self._bulk_wait_s = RECEIPT_WAIT_S

    def resend(self, first, last):
        """Send first..last again, as ordered. Returns (outcome, value): how many, 0 when refused."""
        if not 1 <= first <= last:
            return MALFORMED, 0
        return (DONE, last - first + 1) if self.outbox.resend(first, last) else (REFUSED, 0)

    def close(self):
        """End the connection and remember how far receipts reach."""
        self._drop_link()
        self._save()

    def _save(self):
        try:
            self._journal.save_through()
        except OSError:
            # Not knowing it costs a resend.
            pass

    def _drop_link(self):
        self.online = False
        link, self._link = self._link, None
        if link is not None:
            link.close()

    def _lose(self, now_ms, error):
        self._drop_link()
        self.refused = isinstance(error, LinkRefused)
        if self._told is None or self._told != self.refused:
            self._told = self.refused
            if self.refused:
                self._show("refused")
            else:
                self._show("offline", str(error))
        wait = self._refusals if self.refused else self._backoff
        self._retry_at = now_ms + wait.next_ms()

    def _receive(self, now_ms):
        if self.orders is not None and self.orders.waiting:
            # One order at a time: the next waits on the line, for none may be taken before an earlier one.
            if now_ms < self._order_until:
                return
            # It cannot be recorded now; the server sends it again.
            self.orders.drop()
        while True:
            event = self._link.step(now_ms)
            if event is None:
                return
            if event[0] == "connack":
                self._link.subscribe(topics.down(self._terminal))
            elif event[0] == "suback":
                self._come_online(now_ms)
            elif event[0] == "message" and self._on_message(event[2], now_ms):
                return

    def _come_online(self, now_ms):
        self.online = True
        self.refused = False
        self._refusals.reset()
        self._stable_at = now_ms + self._patience_ms(STABLE_S)
        self._bulk_at = 0
        self._told = None
        self.outbox.connected()
        self._show("online")

    def _on_message(self, payload, now_ms):
        """Returns whether reading has to stop here, because of an order."""
        kind = envelope.kind_of(payload)
        try:
            if kind == envelope.RECEIPT:
                self._on_receipt(payload, now_ms)
            elif kind == bulk.PHOTO_RECEIPT and self.photos is not None:
                if self.photos.on_receipt(payload):
                    self._bulk_at = now_ms
                    self._bulk_wait_s = RECEIPT_WAIT_S
            elif kind == bulk.PIECE:
                self._take_piece(payload)
            elif kind == ORDER and self.orders is not None and self.orders.offer(payload):
                self._order_until = now_ms + ORDER_WAIT_MS
                return True
        except WireError:
            self.strange_payloads += 1
        return False

    def _on_receipt(self, payload, now_ms):
        terminal, through, head, utc_s, ranges = envelope.open_receipt(payload, self._key)
        if terminal != self._terminal:
            self.outbox.strange_receipts += 1
            return
        oldest = self.outbox.oldest
        found = self.outbox.on_receipt(through, head, ranges)
        if not found:
            # An old receipt, however often it comes again, is no reason to wait longer.
            return
        if self.outbox.oldest != oldest:
            self._receipt_wait_s = RECEIPT_WAIT_S
            self._receipt_at = now_ms + self._receipt_wait_ms()
            self._backoff.reset()
        if found == 2 and self.on_server_time is not None:
            self.on_server_time(utc_s)

    def _take_piece(self, payload):
        terminal, image, offset, data = bulk.open_piece(payload, self._key)
        if terminal != self._terminal or self._wanted != (image, offset):
            return
        self._wanted = None
        try:
            self.on_piece(image, offset, data)
        except OSError:
            # The medium refused it; the link is sound. The piece is asked for again after the wait.
            self._wanted = (image, offset)

    def _receipt_wait_ms(self):
        wait_ms = self._patience_ms(self._receipt_wait_s)
        return wait_ms + self._jitter.below(wait_ms // 2 + 1)

    def _send(self, now_ms):
        if self._stable_at and now_ms > self._stable_at:
            self._stable_at = 0
            self._backoff.reset()
        if self._link.busy:
            return
        outbox = self.outbox
        if outbox.oldest and now_ms > self._receipt_at:
            outbox.again()
            self._receipt_wait_s = min(self._receipt_wait_s * 2, RECEIPT_WAIT_MAX_S)
        pace = self._records_pace
        pace.per_s = self._settings.get("uplink_records_per_s", RECORDS_PER_S)
        first = not outbox.oldest
        found = outbox.take(pace.room(), self._settings.get("uplink_window", WINDOW_RECORDS))
        if found:
            self._link.publish(self._topic, envelope.seal(self._terminal, found, self._key))
            pace.spend(len(found))
            if first:
                self._receipt_at = now_ms + self._receipt_wait_ms()
        elif now_ms >= self._bulk_at and self._bulk_pace.room() > 0:
            self._send_bulk(now_ms)

    def _send_bulk(self, now_ms):
        """A question for a piece of an update, or else, when the server has every record, a photo chunk."""
        if self._wanted is not None:
            payload = bulk.encode_want(self._terminal, self._wanted[0], self._wanted[1], self._key)
        elif self.photos is not None and self.outbox.idle:
            payload = self.photos.next_chunk()
        else:
            payload = None
        if payload is None:
            return
        self._link.publish(self._bulk_topic, payload)
        self._bulk_pace.spend(len(payload))
        wait_ms = self._patience_ms(self._bulk_wait_s)
        self._bulk_at = now_ms + wait_ms + self._jitter.below(wait_ms // 2 + 1)
        self._bulk_wait_s = min(self._bulk_wait_s * 2, RECEIPT_WAIT_MAX_S)
