"""Drivers of displays and the glyphs they draw.

A display has draw(placed texts), as firmware.terminal.screen.layout places them.

Panel draws on a dot matrix (Ssd1306, St7789) through MicroPython's framebuf; TextScreen on anything that
understands the cursor movements of a VT100. Imports nothing of the terminal. Only boards import it.
"""
