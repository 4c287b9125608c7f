"""What an event names: digests and members."""

from typing import NewType

Digest = NewType("Digest", str)  # 64 lower-case hexadecimal digits
Member = NewType("Member", str)  # pseudonym of an expert or owner representative in this lot
