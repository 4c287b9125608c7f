"""What stands behind a member's exclusion: the evidence, where it comes from, and since when it was on record."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found out about a member or a panel."""

    says: str
    feed: str = ""  # the source that says so, such as a register 数据来源; empty: the member's own word
    dated: date | None = None  # since when that source has said so
