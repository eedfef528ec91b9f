"""The evidence pack of one training session: a zip that proves itself, and its offline verifier.

In: plain values (signed records, fences, facts, rules, verdicts, decisions). Out: the pack; and, from a pack
alone, whether signatures, chain and digests hold and whether the same verdicts follow again.
archive.py is the zip, seal.py the manifest and the server's signature, documents.py the files, canonical.py
their one form, shape.py and shapes.py their fields, records.py the chain, signed.py checks it and the
terminal's signature, derive.py measures and judges again, compare.py and decided.py hold what follows against
what is said, unproven.py says what nobody can know from a pack, paper.py lays out the report whose words are
in sentences*.py, make.py joins all of it, verify.py checks it.
Files and zips are read and written here; no database, no network, nothing secret but the pack key that signs.
"""
