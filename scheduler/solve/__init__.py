"""The only rooms that know OR-Tools."""
