"""Bytes in, bytes out: canonical form, keys, envelopes, shares and codes; no clock, disk or network."""
