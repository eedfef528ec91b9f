"""Training grounds from files: fences looked at, imported, written for the registry and for terminals."""
