"""Reference pages made from the tables in the code, so that they cannot disagree with it.

In: the field table and reasons of firmware.wire, the rules of ingest.judge, the settings' field table, the commands.
Out: Markdown text of docs/reference/*.md; `hourfence docs` writes it, a test holds it to the files.
Imports firmware.wire and ingest.judge only; reads and writes nothing itself.
"""
