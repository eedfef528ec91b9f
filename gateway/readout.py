"""Reads a terminal's journal out: the cable on one side, the broker on the other, until all is receipted."""

import os
import time
from collections.abc import Callable

from firmware.wire import cable
from gateway.broker import Away, Broker, Message, Subscribed, Taken
from gateway.conversation import Conversation, is_hello
from gateway.errors import CablePulled, GatewayError
from gateway.line import Line

ASK_S = 1.0
TRY_S = 1.0
POLL_S = 0.02
TELL_S = 1.0
NOBODY_S = 15.0

NOBODY = (
    "Nobody answers on {path} yet; see that the terminal has power and that this is its port. "
    "终端没有应答：请检查电源和串口。"
)


class ReadOut:
    """``run()`` returns the terminal's number when everything it held is receipted.

    say(sentence) tells what happened, show(line) the progress. With stay it goes on for ever. A pulled
    cable and a broker that is away are waited for.
    """

    def __init__(
        self,
        line: Line,
        broker: Broker,
        say: Callable[[str], None],
        show: Callable[[str], None],
        stay: bool = False,
    ) -> None:
        self._line = line
        self._broker = broker
        self._say = say
        self._show = show
        self._stay = stay
        self._talk: Conversation | None = None
        self._ask_at = self._try_at = self._tell_at = 0.0
        self._told: set[str] = set()
        self._nobody_at = time.monotonic() + NOBODY_S
        self._shown: tuple[int, ...] = ()

    def run(self) -> int:
        """Carry until done; on KeyboardInterrupt the terminal is told before it goes on up."""
        try:
            while True:
                try:
                    done = self._step()
                except CablePulled as fault:
                    self._talk = None
                    self._once("cable", f"{fault}; waiting for the cable. 等待接线。")
                    continue
                if done is not None:
                    return done
        finally:
            self._leave(cable.INTERRUPTED)

    def _step(self) -> int | None:
        if not self._parts_ready():
            return None
        frame = self._line.receive(POLL_S)
        if frame is not None:
            self._on_frame(*frame)
        self._on_broker()
        talk = self._talk
        if talk is None:
            self._ask()
            return None
        talk.step()
        self._show_progress(talk)
        if talk.silent:
            self._talk = None
            self._once("cable", "The terminal fell silent; asking again. 终端没有应答，正在重试。")
        elif talk.finished and not self._stay:
            self._show_progress(talk, last=True)
            self._leave(cable.DONE)
            return talk.terminal
        return None

    def _parts_ready(self) -> bool:
        """Whether broker and port are open; tries to open them, once a second."""
        if self._broker.is_connected and self._line.is_open:
            return True
        now_s = time.monotonic()
        if now_s < self._try_at:
            time.sleep(POLL_S)
            return False
        self._try_at = now_s + TRY_S
        if not self._broker.is_connected:
            if not self._broker.connect():
                self._once(
                    "broker",
                    f"The broker {self._broker.place} {self._broker.why}. 服务器连接不上，正在重试。",
                )
                return False
            self._again("broker", "The broker is back. 服务器已恢复。")
        if not self._line.is_open:
            self._line.open()
        return True

    def _ask(self) -> None:
        now_s = time.monotonic()
        if now_s >= self._ask_at:
            self._ask_at = now_s + ASK_S
            self._line.send(cable.ASK, bytes([cable.VERSION, cable.READ_OUT]) + os.urandom(8))
        if now_s > self._nobody_at:
            self._once("nobody", NOBODY.format(path=self._line.path))

    def _on_frame(self, kind: int, payload: bytes) -> None:
        if kind == cable.NEW:
            raise GatewayError(
                f"{self._line.path}: this terminal has no number yet; use hourfence gateway provision first."
            )
        talk = self._talk
        if is_hello(kind, payload):
            if talk is not None and int.from_bytes(payload[9:13], "big") == talk.connection:
                talk.on_frame(kind, payload)
                return
            self._talk = Conversation(self._line, self._broker, payload)
            self._again("cable", "The cable is back. 线缆已恢复。")
            self._once(f"{self._talk.terminal}", f"Terminal {self._talk.terminal:016d} answers. 终端已连接。")
        elif talk is not None and not talk.on_frame(kind, payload):
            self._talk = None

    def _on_broker(self) -> None:
        while (event := self._broker.take()) is not None:
            talk = self._talk
            if isinstance(event, Away):
                # A login that may not write the terminal's topic is cut off like this, again and again.
                self._once(
                    "broker",
                    f"The broker went away ({event.why}); waiting. If it does so again and again, see the "
                    f"access list in docs/how-to/depot.md. 服务器已断开，等待恢复。",
                )
                self._leave(cable.BROKER_AWAY)
            elif talk is None:
                continue
            elif isinstance(event, Taken):
                talk.on_taken(event.number)
            elif isinstance(event, Message):
                talk.on_message(event.topic, event.payload)
            elif isinstance(event, Subscribed):
                if not event.granted:
                    raise GatewayError(
                        f"The broker {self._broker.place} does not let this login read the terminal's topic; "
                        f"see the access list in docs/how-to/depot.md."
                    )
                talk.on_subscribed()

    def _leave(self, reason: int) -> None:
        talk, self._talk = self._talk, None
        if talk is not None:
            try:
                talk.end(reason)
            except CablePulled:
                pass

    def _once(self, about: str, sentence: str) -> None:
        if about not in self._told:
            self._told.add(about)
            self._say(sentence)

    def _again(self, about: str, sentence: str) -> None:
        if about in self._told:
            self._told.discard(about)
            self._say(sentence)

    def _show_progress(self, talk: Conversation, last: bool = False) -> None:
        now_s = time.monotonic()
        state = (talk.last, talk.through, talk.photos, talk.sent)
        if state == self._shown or (now_s < self._tell_at and not last):
            return
        self._shown, self._tell_at = state, now_s + TELL_S
        photos = f", {talk.photos} photos waiting" if talk.photos else ""
        self._show(
            f"Terminal {talk.terminal:016d}: {talk.through} of {talk.last} records receipted, "
            f"{talk.sent} sent{photos}. 已回执 {talk.through}/{talk.last}"
        )
