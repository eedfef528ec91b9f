"""The timing terminal: from an instructor's hands and a car's motion to sealed records.

In: bytes of the GNSS receiver and the face module, the vehicle's pulses, ignition and keys,
bytes of an MQTT socket; all handed in by a board.
Out: records in the journal, envelopes on MQTT, lines on the screen.
app.py and chores.py turn it. session/ is the state machine as a table, journal/ keeps records until the
server's receipt, uplink/ owns every retry, identity/ looks at faces, gnss/ at satellites, fence/ at the
ground; update/, signing/, orders/, health/, depot/ and screen/ are what they say.
Imports firmware.wire only, never machine or network: those are the board's.
"""
