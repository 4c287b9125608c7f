"""What an evaluation comes to: totals, identities, report."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotTotal:
    """Mean over the members of the sum of their scores for one slot."""

    slot: int
    total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Totals of all slots; the bidders behind them are still sealed."""

    totals: tuple[SlotTotal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Which bidder wrote a slot's bid."""

    slot: int
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identities:
    """The map from slot to bidder."""

    identities: tuple[Identity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A bidder's place in the report."""

    rank: int
    slot: int
    name: str
    total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A bid that more than half of the panel found to fail a check: 01 qualification, 02 compliance."""

    slot: int
    name: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The ranking by technical score, without the bids that were rejected."""

    ranking: tuple[Ranked, ...]
    rejected: tuple[Rejected, ...] = ()
