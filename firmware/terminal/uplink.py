"""Brings the journal to the server: connects, publishes envelopes, believes receipts only, owns every retry.

Records go out in the order of their seq, at most WINDOW_RECORDS beyond the last receipt. A PUBACK only
says that the broker has a payload; a record is sent again until a receipt covers it.
"""

from firmware.terminal.mqtt import MqttClient
from firmware.wire import envelope, topics
from firmware.wire.errors import WireError

WINDOW_RECORDS = 48
BATCH_BYTES = 1900
BUFFER_SIZE = envelope.PAYLOAD_MAX + 96
CONNECT_WAIT_S = 10
RECEIPT_WAIT_S = 30
RECEIPT_WAIT_MAX_S = 600
RETRY_FIRST_S = 2
RETRY_MAX_S = 120
SAVE_EVERY_S = 60


class Uplink:
    """One terminal's way to the server.

    open_stream() gives a connected stream (firmware.terminal.mqtt) or raises OSError; random_below(n) an
    integer for jitter; patience_ms(s) turns seconds into milliseconds of real time.
    """

    def __init__(self, settings, key, journal, open_stream, random_below, patience_ms, show):
        self._terminal = settings["terminal"]
        self._settings = settings
        self._key = key
        self._journal = journal
        self._open_stream = open_stream
        self._random_below = random_below
        self._patience_ms = patience_ms
        self._show = show
        self._client = None
        self._topic = topics.up(self._terminal)
        self._retry_at = 0
        self._retry_s = RETRY_FIRST_S
        self._deadline = 0
        self._receipt_wait_s = RECEIPT_WAIT_S
        self._sent = journal.through
        self._ready = False
        self._save_at = 0
        self._told_offline = False

    @property
    def online(self):
        """Whether the broker has accepted the connection and the subscription."""
        return self._ready

    def step(self, now_ms):
        """Do what can be done now; now_ms is real time. Never raises OSError.

        Waits only where open_stream and the stream's send do, and they have a limit.
        """
        try:
            if self._client is None:
                if now_ms >= self._retry_at:
                    self._open(now_ms)
            else:
                self._receive(now_ms)
                if self._ready:
                    self._send(now_ms)
                elif now_ms > self._deadline:
                    raise OSError("the broker does not answer")
        except OSError as error:
            self._lose(now_ms, error)
        if now_ms >= self._save_at:
            self._journal.save_through()
            self._save_at = now_ms + self._patience_ms(SAVE_EVERY_S)

    def _open(self, now_ms):
        settings = self._settings
        client_id = topics.number_text(self._terminal)
        stream = self._open_stream()
        try:
            self._client = MqttClient(
                stream,
                client_id,
                settings["username"],
                settings["password"],
                settings["keepalive_s"],
                BUFFER_SIZE,
            )
        except OSError:
            stream.close()
            raise
        self._deadline = now_ms + self._patience_ms(CONNECT_WAIT_S)

    def _lose(self, now_ms, error):
        if not self._told_offline:
            self._told_offline = True
            self._show("offline", str(error))
        self._ready = False
        if self._client is not None:
            self._client.close()
            self._client = None
        self._sent = self._journal.through
        # Half of the wait is drawn, so that terminals leaving a tunnel do not come back together.
        half_s = self._retry_s // 2
        wait_ms = self._patience_ms(half_s + self._random_below(half_s + 1))
        self._retry_at = now_ms + wait_ms
        self._retry_s = min(self._retry_s * 2, RETRY_MAX_S)

    def _receive(self, now_ms):
        while True:
            event = self._client.step(now_ms)
            if event is None:
                return
            if event[0] == "connack":
                self._client.subscribe(topics.down(self._terminal))
            elif event[0] == "suback":
                self._ready = True
                self._retry_s = RETRY_FIRST_S
                self._sent = self._journal.through
                self._told_offline = False
                self._show("online")
            elif event[0] == "message":
                self._on_message(event[2], now_ms)

    def _on_message(self, payload, now_ms):
        try:
            terminal, through, head, _, _ = envelope.open_receipt(payload, self._key)
        except WireError:
            return
        if terminal != self._terminal or self._journal.head_at(through) != head:
            return
        before = self._journal.through
        self._journal.free_through(through)
        self._sent = max(self._sent, through)
        if through <= before:
            # An old receipt, however often it comes again, is no reason to wait longer.
            return
        self._receipt_wait_s = RECEIPT_WAIT_S
        self._deadline = now_ms + self._patience_ms(self._receipt_wait_s)

    def _send(self, now_ms):
        journal = self._journal
        if self._sent > journal.through and now_ms > self._deadline:
            self._sent = journal.through
            self._receipt_wait_s = min(self._receipt_wait_s * 2, RECEIPT_WAIT_MAX_S)
        if self._sent + 1 >= journal.next_seq or self._sent - journal.through >= WINDOW_RECORDS:
            return
        found = journal.read_from(self._sent + 1, envelope.RECORDS_MAX, BATCH_BYTES)
        if not found:
            # Damaged on the medium: nothing after it can be receipted either.
            return
        if self._sent == journal.through:
            self._deadline = now_ms + self._patience_ms(self._receipt_wait_s)
        self._client.publish(self._topic, envelope.seal(self._terminal, found, self._key))
        self._sent += len(found)

    def close(self):
        """End the connection and remember how far receipts reach."""
        if self._client is not None:
            self._client.close()
            self._client = None
        self._journal.save_through()
