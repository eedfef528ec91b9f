"""Simulated training cars, people, receivers and face modules around real terminals.

In:  a scenario (TOML + ground GeoJSON) or a recording (GPX, GeoLife .plt, NMEA log), and a seed.
Out: pseudo-terminals that a real terminal cannot tell from its serial ports, a TCP link that can
     be cut, a registry.json, forged payloads, and the truth: what each session should be credited.
The simulated world is deterministic: the same scenario and seed give the same bytes; one factor
makes its time run faster than life, and it waits for the terminal second by second.

May import firmware.wire, firmware.terminal.journal.journal, geofence, numpy and shapely.
Must not import ingest or gateway: the truth is worked out without the code that it checks.
Only ingest.cli (the demo command) and tests may import this package.
"""
