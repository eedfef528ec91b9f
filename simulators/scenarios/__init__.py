"""Named days with truth to the minute: what honest schools live through, and what forgers try.

A family (library.py) is an honest day, or a fraud with its honest twin: a day that looks alike and must not
be flagged. Each module below holds a few families; a family is one function on a simulators.worlds World with
a decorator, and is found by listing the package. `hourfence scenarios --seed N` judges all of them and prints
how often the judge was wrong.
Thresholds may be tuned on seeds 1 to 5 only; what is reported is measured on 101 to 105.
The .toml files are days for the demo, which drives real firmware with them (simulators.scenario).
"""
