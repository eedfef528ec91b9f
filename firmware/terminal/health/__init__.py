"""What is wrong with the terminal itself: codes, self-test, watchdog, status records."""
