"""The training grounds on board: inside or outside, told to the instructor, never judged."""
