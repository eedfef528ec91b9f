"""Training grounds, and where the fixes of many minutes lie against them.

In: the text of a GeoJSON FeatureCollection (`ground.load_fences`), and the fixes of whole minutes as
integer arrays in 1e-7 degree, WGS-84 (`engine.FenceSet`).
Out: `ground.Fence`, one per feature; for every fix in, in doubt or out of the fences that allow its minute
(part, vehicle class, school, state, dates), and for every minute how far outside it went, at its fixes and
on the straight lines between them.
Bad files are refused whole with one sentence (`errors.FenceError`).

Pure: no files, no database, no network, no clock, no logging. The caller reads the file.
Must not import anything else of this project; numpy and shapely only.
"""
