"""Serial lines of the ESP32-S3: UARTs, and the USB port as the depot's cable."""

import select
import sys

import micropython
from machine import UART

RX_BYTES = 2048
SEND_TRIES = 200


class UartLine:
    """A UART, read without waiting."""

    def __init__(self, number, baud, tx, rx):
        self.uart = UART(number, baudrate=baud, tx=tx, rx=rx, rxbuf=RX_BYTES, txbuf=1024, timeout=0)

    def receive_into(self, buffer):
        """Bytes read into buffer, 0 when there is nothing yet."""
        return self.uart.readinto(buffer) or 0

    def send(self, data):
        """Write all of data, or raise OSError when the line takes nothing."""
        view = memoryview(data)
        sent = 0
        for _ in range(SEND_TRIES):
            sent += self.uart.write(view[sent:]) or 0
            if sent == len(view):
                return
        raise OSError(110)

    def close(self):
        """Let the UART go."""
        self.uart.deinit()


class UsbCable:
    """The USB port where otherwise the prompt is. Ctrl-C no longer interrupts: 0x03 is a byte like others."""

    def __init__(self):
        micropython.kbd_intr(-1)
        self._poll = select.poll()
        self._poll.register(sys.stdin, select.POLLIN)
        self._one = bytearray(1)

    def receive_into(self, buffer):
        """Bytes read into buffer, 0 when there is nothing yet."""
        count = 0
        # The port's read waits for all the bytes it is asked for: so one at a time, while there is one.
        while count < len(buffer) and self._poll.poll(0):
            if not sys.stdin.buffer.readinto(self._one):
                break
            buffer[count] = self._one[0]
            count += 1
        return count

    def send(self, data):
        """Write all of data; what no computer takes is lost, as on any unplugged cable."""
        sys.stdout.buffer.write(data)

    def close(self):
        """Give Ctrl-C back its meaning."""
        micropython.kbd_intr(3)
