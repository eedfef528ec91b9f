"""Rulebooks as files: the national one that ships with the program, and those that a city or school adds.

In: TOML files. Out: one ingest.judge.rulebook.rulebook.Rulebook of all their layers, or one sentence why not.
Imports ingest.judge only; reads files, writes nothing.
"""
