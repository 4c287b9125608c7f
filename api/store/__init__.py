"""Rows and sealed bytes; the one commit."""
