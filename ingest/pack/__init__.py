"""The evidence pack of one training session: a zip that proves itself, and its offline verifier.

In: plain rows (signed records, fences, facts, rules, verdicts, decisions). Out: the pack; and, from a pack alone,
whether signatures, chain and digests hold and whether the same verdicts follow again.
Files and zips are read and written here; no database, no network, nothing secret.
"""
