"""The depot's cable: reading out, and the first keys of a new terminal."""
