"""The judge: measures, identity events, registry facts and a rule set in, verdicts and credit out.

In: an Evidence of numpy columns (model.py), Facts of the registry, a RuleSet.
Out: a Judgement: per minute accepted, refused or unsure with every reason and its numbers, one
SessionVerdict per training session, credit in minutes, flags for a person to look at.
Pure: no database, no network, no clock, no logging; the same evidence gives the same bytes,
whatever order it came in and however often it was repeated.
Imports firmware.wire, geofence's plain types and numpy; nothing else of the project.
"""
