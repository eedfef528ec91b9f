"""Application slots: a signed image checked, unpacked, started, proved or left again."""
