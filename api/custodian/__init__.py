"""The custodian's own process: its memory, its errands to the centre, and what it does there."""
