"""What an evaluation comes to: totals, identities, report."""

from dataclasses import dataclass
from decimal import Decimal

from scheduler.limits import Words


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
class Remark:
    """What the report must say of the panel, under the id of its rule or step of the ladder."""

    rule: str
    says: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A bid that more than half of the panel found to fail a check: 01 qualification, 02 compliance."""

    slot: int
    name: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The ranking by technical score without rejected bids, and remarks on how the panel came about."""

    ranking: tuple[Ranked, ...]
    rejected: tuple[Rejected, ...] = ()
    remarks: tuple[Remark, ...] = ()
