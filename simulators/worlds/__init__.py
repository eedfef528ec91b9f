"""Days of training made fast, without the firmware: as the records that a terminal would have written.

In:  a seed, and a scenario (simulators.scenarios) that says who drives where and what goes wrong.
Out: a Day: wire records of every terminal, fences, registry entries, and for each minute record the truth.
drive.py moves the car, sky.py is what its receiver sees of that, wires.py joins both with wheel and engine,
book.py numbers, chains and signs records, cab.py lives through a training session as firmware.terminal does,
truth.py says from where the car and the people really were what each minute is worth, world.py holds a day
together. The truth reads no record and shares no code with the judge.
May import firmware.wire, numpy, shapely, cryptography and the rest of simulators.
"""
