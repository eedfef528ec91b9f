"""Firmware images and the manifests that terminals accept them by.

In: a folder of firmware files, a version, a board name, the release key. Out: an image file and its signed
manifest; or a sentence saying why a given pair would be refused.
Imports firmware.terminal.update.manifest, where the layout is written once, and the cryptography library.
"""
