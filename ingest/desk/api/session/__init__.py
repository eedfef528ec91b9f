"""One session below /v1: its view and trace, what lies around it, photos, its evidence pack."""
