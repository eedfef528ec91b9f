"""What is copied to the terminal's flash: runs on MicroPython, imports on CPython.

In: NMEA from the GNSS receiver, frames from the face module, wheel pulses, ignition, keys.
Out: signed records over MQTT, and lines for the instructor's eyes.
wire/ imports nothing of the project, terminal/ only wire/, boards/ are the only files that
import machine or network, main.py picks a board and starts the app.
Integers only: an ESP32's floats have 32 bits and its epoch is 2000.
"""
