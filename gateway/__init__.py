"""Gateway: other ways in, onto the same topics.

In: a terminal's serial port at the depot.
Out: its payloads at the broker, receipts and orders back over the cable, a new terminal provisioned.
It carries sealed payloads and holds no terminal's key, but for the moment in which it makes one.
"""
