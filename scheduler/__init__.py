"""What the law and the draw say: pure but for solve/ and timers.py."""
