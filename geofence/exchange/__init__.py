"""Drawings of fences in the forms the field has them: GeoJSON, WKT, KML, "lon,lat;lon,lat" lists.

In:  the text of a file, and what its form cannot carry.
Out: raw features (geofence.geojson) for geofence.survey to look at; features of the registry's GeoJSON.
May import geofence. Must not change a position or judge a drawing.
"""
