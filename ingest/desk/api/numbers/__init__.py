"""Numbers below /v1: figures, conservation, what stands out, files of every table."""
