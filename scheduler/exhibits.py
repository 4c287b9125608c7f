"""What stands behind an event's digest: long or secret bodies, each salted, each under one datum of sight."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from scheduler.codec import from_plain, to_plain
from scheduler.events import Digest, Member
from scheduler.model import (
    NO_PARTIES,
    Control,
    Expert,
    LotId,
    OrgTag,
    Parties,
    RegionCode,
    RuleId,
    Seats,
    SiteId,
    SiteSeats,
)
from scheduler.packshape import Pack
from scheduler.sight import Datum


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One line of the score sheet; scores run from 0 to `most` in steps of `step`."""

    id: str
    name: str
    most: Decimal
    step: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was booked. Organisations are keyed tags of this lot."""

    lot: LotId
    project_code: str
    project_name: str
    category: str  # of model.Category
    region: RegionCode
    starts: datetime
    ends: datetime
    seats: tuple[Seats, ...]
    sites: tuple[SiteSeats, ...]  # workstations held for experts; the host first
    owner_reps: int
    tenderee: OrgTag
    recused: tuple[OrgTag, ...]  # organisations whose people are out: tenderee's list
    criteria: tuple[Criterion, ...]
    green: bool = False  # green channel: goes first
    budget: int | None = None  # yuan
    parties: Parties = NO_PARTIES
    regions: tuple[RegionCode, ...] = ()  # beginnings of county codes experts may come from; none: any


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One expert of the snapshot with the salt of its Merkle leaf."""

    expert: Expert
    salt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All experts of the pool with a speciality that the request asks for, in the order of pseudonyms."""

    leaves: tuple[Leaf, ...]
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVersion:
    """Which statement of a rule was in force: its meaning never changes under one version."""

    rule: RuleId
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesInForce:
    """The rule pack as it stood at the booking, and the versions of the rules it switches on."""

    pack: Pack
    versions: tuple[RuleVersion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LotteryBody:
    """A round's lottery as `scheduler.lottery` writes it."""

    round: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A custody key in clear, with the shares that made it."""

    key: str
    private: str
    shares: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceremonies:
    """The records of the ceremonies that made the case's keys, in their order (crypto.transcript)."""

    records: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a member sits."""

    member: Member
    site: SiteId
    room: str
    workstation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seating:
    """Places of the members one round added."""

    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bidder:
    """A bidder as read out at the opening, with its consortium members."""

    code: str
    name: str
    members: tuple[str, ...] = ()  # names of the consortium members, lead included


@dataclass(frozen=True, slots=True, kw_only=True)
class Bidders:
    """In the order of codes, which says nothing about slots."""

    bidders: tuple[Bidder, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflicts:
    """Keyed tags of every bidder and consortium member, and of who controls whom among them."""

    bidders: tuple[OrgTag, ...]
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Why one member was recused at the re-check."""

    member: Member
    rule: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Facts of the re-check, tags instead of names."""

    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A blind volume."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeKey:
    """The 32-byte key every member's codes follow from: whoever has it joins codes and slots."""

    key: str


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
class Report:
    """The ranking by technical score."""

    ranking: tuple[Ranked, ...]


Body = (
    Request
    | RulesInForce
    | Snapshot
    | LotteryBody
    | Opening
    | Ceremonies
    | Seating
    | Bidders
    | Conflicts
    | Evidence
    | Document
    | CodeKey
    | Totals
    | Identities
    | Report
)


@dataclass(frozen=True, slots=True)
class Kind:
    """An exhibit's shape and the datum that says who may see it."""

    shape: type[Body]
    datum: Datum


KINDS: dict[str, Kind] = {
    "request": Kind(Request, Datum.REQUEST),
    "pack": Kind(RulesInForce, Datum.PROOF),
    "pool": Kind(Snapshot, Datum.POOL),
    "lottery": Kind(LotteryBody, Datum.LOTTERY),
    "ceremonies": Kind(Ceremonies, Datum.PROOF),
    "opening-seeds": Kind(Opening, Datum.PROOF),
    "opening-scores": Kind(Opening, Datum.SHEETS),
    "opening-bidders": Kind(Opening, Datum.BIDDER_MAP),
    "opening-experts": Kind(Opening, Datum.EXPERT_NAMES),
    "seating": Kind(Seating, Datum.SEATING),
    "bidders": Kind(Bidders, Datum.BIDDER_NAMES),
    "conflicts": Kind(Conflicts, Datum.CONFLICT_FACTS),
    "evidence": Kind(Evidence, Datum.CONFLICT_FACTS),
    "document": Kind(Document, Datum.BLIND_DOCUMENTS),
    "codes": Kind(CodeKey, Datum.CODE_MAP),
    "totals": Kind(Totals, Datum.TOTALS),
    "identities": Kind(Identities, Datum.BIDDER_MAP),
    "report": Kind(Report, Datum.RANKING),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """A body under its name and salt; `digest` is what the event holds."""

    name: str
    salt: str
    body: Body
    digest: Digest

    @property
    def datum(self) -> Datum:
        """Who may see it."""
        return KINDS[self.name].datum


def plain(name: str, salt: str, body: Body) -> dict[str, Any]:
    """The value whose canonical form is hashed and stored."""
    return {"body": to_plain(body), "name": name, "salt": salt}


def read_body(name: str, value: Any) -> Body:
    """The body of a stored value. Raises Misshapen."""
    return from_plain(KINDS[name].shape, value)


def opening_name(key: str) -> str:
    """The exhibit that holds an opened custody key: seeds/3 → opening-seeds."""
    return "opening-" + key.split("/", 1)[0]
