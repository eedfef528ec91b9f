"""The import report: what is wrong or doubtful in drawings of fences, where, and how it could be mended.

In:  raw features (geofence.geojson), fixes of earlier traces, fences that are there already.
Out: faults with place, English and Chinese sentence; a suggested repair that nobody has applied.
May import geofence. Must not change what it was given.
"""
