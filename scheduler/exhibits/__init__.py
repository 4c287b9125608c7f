"""What stands behind an event's digest: long or secret bodies, each salted, each under one datum of sight."""

from dataclasses import dataclass
from typing import Any

from scheduler.codec import from_plain, to_plain
from scheduler.events import Digest
from scheduler.exhibits.attempts import Attempts
from scheduler.exhibits.booking import (
    NO_CALENDAR,
    NOBODY_NAMED,
    Criterion,
    Leaf,
    Request,
    RulesInForce,
    RuleVersion,
    Snapshot,
)
from scheduler.exhibits.competing import Elsewhere, Rival, Spared
from scheduler.exhibits.drawing import Ceremonies, LotteryBody, Opening, Place, Seating
from scheduler.exhibits.glass import GlassAnswer, GlassOpening, GlassOrder
from scheduler.exhibits.motions import Statement
from scheduler.exhibits.opening import Bidder, Bidders, CodeKey, Conflicts, Document, Evidence, Fact
from scheduler.exhibits.recusing import Application, OwnGround, Reply
from scheduler.exhibits.reseating import Reseating, Swap
from scheduler.exhibits.result import (
    Identities,
    Identity,
    Ranked,
    Rejected,
    Remark,
    Report,
    SlotTotal,
    Totals,
)
from scheduler.exhibits.review import Gave, Replacement, Review, SlotScores
from scheduler.exhibits.siting import Siting
from scheduler.exhibits.sitting import Approval, Authorisation, Ground
from scheduler.exhibits.voiding import Finding
from scheduler.sight import Datum

Body = (
    Request
    | RulesInForce
    | Snapshot
    | LotteryBody
    | Elsewhere
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
    | Finding
    | Attempts
    | Authorisation
    | Approval
    | OwnGround
    | Application
    | Reply
    | Statement
    | Review
    | Siting
    | GlassOrder
    | GlassOpening
    | Reseating
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
    "elsewhere": Kind(Elsewhere, Datum.POOL),
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
    "attempts": Kind(Attempts, Datum.LOG),
    "statement": Kind(Statement, Datum.STATEMENTS),
    "review": Kind(Review, Datum.SHEETS),
    "finding": Kind(Finding, Datum.CONFLICT_FACTS),
    "own-ground": Kind(OwnGround, Datum.CONFLICT_FACTS),
    "application": Kind(Application, Datum.CONFLICT_FACTS),
    "reply": Kind(Reply, Datum.CONFLICT_FACTS),
    "approval": Kind(Approval, Datum.PROOF),
    "authorisation": Kind(Authorisation, Datum.AUTHORISATION),
    "siting": Kind(Siting, Datum.REQUEST),
    "opening-sites": Kind(Opening, Datum.PROOF),
    "glass-order": Kind(GlassOrder, Datum.GLASS),
    "glass-opening": Kind(GlassOpening, Datum.GLASS),
    "reseating": Kind(Reseating, Datum.SEATING),
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


__all__ = [
    "KINDS",
    "NOBODY_NAMED",
    "NO_CALENDAR",
    "Application",
    "Approval",
    "Attempts",
    "Authorisation",
    "Bidder",
    "Bidders",
    "Body",
    "Ceremonies",
    "CodeKey",
    "Conflicts",
    "Criterion",
    "Document",
    "Elsewhere",
    "Evidence",
    "Exhibit",
    "Fact",
    "Finding",
    "Gave",
    "GlassAnswer",
    "GlassOpening",
    "GlassOrder",
    "Ground",
    "Identities",
    "Identity",
    "Kind",
    "Leaf",
    "LotteryBody",
    "Opening",
    "OwnGround",
    "Place",
    "Ranked",
    "Rejected",
    "Remark",
    "Replacement",
    "Reply",
    "Report",
    "Request",
    "Reseating",
    "Review",
    "Rival",
    "RuleVersion",
    "RulesInForce",
    "Seating",
    "Siting",
    "SlotScores",
    "SlotTotal",
    "Snapshot",
    "Spared",
    "Statement",
    "Swap",
    "Totals",
    "opening_name",
    "plain",
    "read_body",
]
