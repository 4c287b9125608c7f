"""What stands behind a vote."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A member's own words."""

    text: str
