"""The desk: pages for people and the API under /v1, served by ``hourfence desk`` and ``hourfence serve``.

In: HTTP requests of a known actor. Out: HTML in Chinese or English, JSON of one shape, files.
The pages do nothing that the API does not. No SQL here (ingest.store.desk has it), no rule
(ingest.decisions has them).
kernel/ what every route needs · auth/ log-in, roles, tokens · api/ JSON · pages/ HTML · texts/ both languages
"""
