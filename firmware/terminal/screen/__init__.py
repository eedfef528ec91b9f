"""What the instructor reads: sentences in Chinese and English, laid out for small screens."""
