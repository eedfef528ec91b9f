"""Receive: from MQTT bytes to committed evidence and a receipt.

In:  payloads on ``hourfence/1/up/<terminal>``, the terminals' keys, the heads of their chains; photo chunks
     and wants on ``hourfence/1/bulk/<terminal>``.
Out: evidence, quarantine, heads and counts in one transaction; then the PUBACKs; then receipts; then photos,
     pieces of update images and orders.

facts, shape, open, admit, batch, receipts and standstill reach nothing (bytes, facts, heads and the time of
arrival in; rows, receipts and sentences out). arrival counts what came, pipeline is the list of steps, writer
reaches the database; bulk and order_desk come after the records; mqtt, client and buffered_socket reach the
broker; service runs it all.

The seal is checked before anything a payload says is believed. May import ingest.store and firmware.wire.
Must not import ingest.measure, ingest.judge or geofence: what a record means is not decided here.
"""
