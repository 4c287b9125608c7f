"""Files from outside: read at the rim, every fault of a file named at once, nothing half taken."""
