"""Which plan does a PLAN.json of `yuanping plan` hold? (docs/formats/plan.md)"""

from dataclasses import dataclass
from typing import Any

from api.intake.documents import Document, below
from api.intake.faults import Findings
from scheduler.model import ExpertId, LotId, SiteId, SpecialityCode
from scheduler.timetable import Placed, Seated, WindowId

_WHOLE = ("unplaced", "proved", "upper_bound_lots", "seconds", "moved")


@dataclass(frozen=True, slots=True, kw_only=True)
class OldPlan:
    """Where every lot was, and which lots had no place."""

    placed: dict[LotId, Placed]
    unplaced: frozenset[LotId]


def read_plan(data: bytes, findings: Findings) -> OldPlan:
    """The plan in the bytes of a JSON file; every fault is noted in `findings`. Lots, sites, windows and experts that
    the world does not have any more are no fault."""
    document = Document(data, findings)
    if not document.sound:
        return OldPlan(placed={}, unplaced=frozenset())
    top = document.members(document.value, "", ("lots",), _WHOLE)
    placed: dict[LotId, Placed] = {}
    for at, value in enumerate(document.items(top.get("lots", []), "/lots")):
        one = _placed(document, value, below("/lots", at))
        if one.lot in placed:
            document.note(below("/lots", at), "intake.plan-twice", found=one.lot)
        placed[one.lot] = one
    left = []
    for at, value in enumerate(document.items(top.get("unplaced", []), "/unplaced")):
        pointer = below("/unplaced", at)
        row = document.members(value, pointer, ("lot",), ("clash",))
        left.append(LotId(_text(document, row, pointer, "lot")))
    return OldPlan(placed=placed, unplaced=frozenset(left))


def _placed(document: Document, value: Any, pointer: str) -> Placed:
    row = document.members(value, pointer, ("lot", "window", "host_site", "guest_sites"), ("panel",))
    guests = document.items(row.get("guest_sites", []), below(pointer, "guest_sites"))
    panel = document.items(row.get("panel", []), below(pointer, "panel"))
    return Placed(
        lot=LotId(_text(document, row, pointer, "lot")),
        window=WindowId(_text(document, row, pointer, "window")),
        host=SiteId(_text(document, row, pointer, "host_site")),
        guests=tuple(
            SiteId(document.text(site, below(below(pointer, "guest_sites"), at)) or "")
            for at, site in enumerate(guests)
        ),
        panel=tuple(
            _seated(document, seat, below(below(pointer, "panel"), at)) for at, seat in enumerate(panel)
        ),
    )


def _seated(document: Document, value: Any, pointer: str) -> Seated:
    row = document.members(value, pointer, ("expert", "speciality", "site"))
    return Seated(
        expert=ExpertId(_text(document, row, pointer, "expert")),
        speciality=SpecialityCode(_text(document, row, pointer, "speciality")),
        site=SiteId(_text(document, row, pointer, "site")),
    )


def _text(document: Document, row: Any, pointer: str, key: str) -> str:
    return (document.text(row[key], below(pointer, key)) or "") if key in row else ""
