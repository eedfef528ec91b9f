"""A terminal on your own keyboard and screen: the real firmware in a simulated car, against a real server.

In: keys. Out: the terminal's screen live, what the server has stored and judged, at the end the verdict.
live_car.py drives; seat.py plays camera, face module and wires; stage.py joins them with the firmware and the
keyboard; server.py asks the database; picture.py paints; run.py starts and ends everything.
"""
