"""The demonstration: an invented province on real counties, and one lot that lives its whole life in it."""
