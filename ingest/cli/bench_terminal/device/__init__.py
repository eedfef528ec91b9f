"""Scripts that MicroPython runs, with the compiled firmware as its search path."""
