"""Charts as inline SVG made on the server: plain numbers in, markup out."""
