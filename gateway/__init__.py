"""Gateway: other ways in, onto the same MQTT topics. It holds nothing yet.

A later issue puts here: ``depot_serial`` (a journal read out over a cable at the depot),
``jt808`` (terminals that speak JT/T 808, translated) and ``publish`` (envelopes onto the topics).

In:  bytes from a serial cable or a JT/T 808 connection.
Out: sealed envelopes on ``hourfence/1/up/<terminal>``, exactly as a terminal would publish them.

Must not import: anything of the project but ``firmware.wire``. It stores nothing and judges nothing.
"""
