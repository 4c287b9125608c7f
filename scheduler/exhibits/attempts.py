"""What stands behind an attempt that follows others."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """The journals of all earlier attempts, in order: every entry with the log key's signature."""

    journals: tuple[tuple[dict[str, Any], ...], ...]
