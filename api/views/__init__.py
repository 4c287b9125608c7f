"""What each screen shows, as frozen dataclasses."""
