"""The timing terminal: from an instructor's hands and a car's motion to sealed records.

In: bytes of the GNSS receiver and the face module, the vehicle's pulses, ignition and keys,
bytes of an MQTT socket; all handed in by a board.
Out: records in the journal, envelopes on MQTT, lines on the screen.
session.py is the state machine as a table; minute.py builds minute records; journal.py keeps
records until the server's receipt; uplink.py owns every retry.
Imports firmware.wire only, never machine or network: those are the board's.
"""
