"""A second look at photos: are the faces the same person's, and has the picture been used before.

In: pictures (bytes of a JPEG, or their grey values) and what records say about them: session, role, moment.
Out: how many faces, distances between faces, a 64-bit look of a picture, likeness of two pictures, and
scores as Suspicions. Evidence only: what a score does is the rules' business (judge/rules/photo_looks.py).
No database, no clock. Must not import the store or the judge's rules.
model.py needs the optional extra, hourfence[face]; everything else runs without it.
Descriptors of faces live in memory while a training session is compared; nothing keeps them.
"""
