"""Training grounds and the distance of a fix to them.

In: the text of a GeoJSON FeatureCollection (`ground.load_fences`), and the fixes of whole minutes as
integer arrays in 1e-7 degree, WGS-84 (`engine.FenceSet`).
Out: `ground.Fence`, one per feature, and the signed distance in metres of every fix to the union of the
fences in force for that part of training at that minute.
Bad files are refused whole with one sentence (`errors.FenceError`).

Pure: no files, no database, no network, no clock, no logging. The caller reads the file.
Must not import anything else of this project; numpy and shapely only.
"""
