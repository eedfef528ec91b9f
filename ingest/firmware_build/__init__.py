"""Builds the terminal's firmware for a board.

In: the source folder firmware, a version, a board. Out: .mpy files, the flash folder with starter and slot,
the manifest of a frozen image, the partition table, and how large each module is.
Imports of ours only the layout of a slot, which firmware.terminal.update.slots and unpack write down once.
"""
