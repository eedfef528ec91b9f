"""The wire format, written once: the same files run on the terminal and on the server.

In: dicts of integers and bytes (records), a terminal's key, MQTT topics.
Out: the bytes of records, envelopes and receipts, or an EncodeError / DecodeError.
fields.py is the one table of fields; records.py and envelope.py follow it; reasons.py numbers
every reason a minute or a payload can be refused for.
Imports nothing of the project, no float, no struct: MicroPython's struct wraps silently.
"""
