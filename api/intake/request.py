"""What does a REQUEST.json ask for? (docs/formats/draw.md)"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from api.intake.documents import LARGEST_WHOLE, Document, below
from api.intake.faults import Findings
from api.intake.pool import Pool
from api.intake.shapes import id_fault, region_fault, seat_fault
from scheduler.model import Case, Choice, ExpertId, LotId, RegionCode, Seats, SpecialityCode

MOST_OF_AN_ENTRY = 99


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLimits:
    """The limits of a request; None: no such limit."""

    same_employer_max: int | None = None
    same_region_max: int | None = None
    same_city_max: int | None = None
    host_region_max: int | None = None
    offsite_min: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One draw asked for: seats of the whole panel (one entry a code), kept members included."""

    lot: LotId
    region: RegionCode
    seats: tuple[Seats, ...]
    limits: AskedLimits
    recused: frozenset[ExpertId]
    kept: tuple[Choice, ...]

    def case(self, pool: Pool) -> Case:
        """The case for the rules: this request over that pool."""
        return Case(
            lot=self.lot,
            region=self.region,
            pool=pool.experts,
            seats=self.seats,
            recused=self.recused,
            kept=self.kept,
        )


def read_request(data: bytes, findings: Findings, pool: Pool | None) -> Request | None:
    """The request in the bytes of a JSON file; every fault is noted in `findings`.

    Kept members are looked up in `pool`; without one (unreadable) only their shape is checked. None: at
    least one fault was noted.
    """
    document = Document(data, findings)
    if not document.sound:
        return None
    top = document.members(document.value, "", ("lot", "region", "seats"), ("limits", "recused", "kept"))
    lot = _shaped(document, top.get("lot"), "/lot", id_fault) if "lot" in top else None
    region = _shaped(document, top["region"], "/region", region_fault) if "region" in top else None
    seats = _seats(document, top["seats"]) if "seats" in top else ()
    limits = _limits(document, top["limits"]) if "limits" in top else AskedLimits()
    recused = _recused(document, top["recused"]) if "recused" in top else frozenset()
    kept = _kept(document, top["kept"]) if "kept" in top else ()
    _check_kept(document, kept, seats, recused, pool)
    if findings or lot is None or region is None:
        return None
    return Request(
        lot=LotId(lot),
        region=RegionCode(region),
        seats=seats,
        limits=limits,
        recused=recused,
        kept=tuple(choice for choice, _ in kept),
    )


def _shaped(document: Document, value: Any, pointer: str, check: Callable[[str], str | None]) -> str | None:
    text = document.text(value, pointer)
    if text is None:
        return None
    fault = check(text)
    if fault is not None:
        document.note(pointer, fault, found=text)
        return None
    return text


def _seats(document: Document, value: Any) -> tuple[Seats, ...]:
    """Entries with the same code add up. Empty as soon as one entry is faulty."""
    items = document.items(value, "/seats")
    if isinstance(value, list) and not items:
        document.note("/seats", "intake.seats-none")
    counts: dict[str, int] = {}
    sound = True
    for i, item in enumerate(items):
        pointer = below("/seats", i)
        entry = document.members(item, pointer, ("speciality", "count"))
        code = count = None
        if "speciality" in entry:
            code = _shaped(document, entry["speciality"], below(pointer, "speciality"), seat_fault)
        if "count" in entry:
            count = document.whole(entry["count"], below(pointer, "count"), 1, MOST_OF_AN_ENTRY)
        if code is None or count is None:
            sound = False
        else:
            counts[code] = counts.get(code, 0) + count
    if not sound:
        return ()
    return tuple(Seats(speciality=SpecialityCode(code), count=n) for code, n in counts.items())


def _limits(document: Document, value: Any) -> AskedLimits:
    names = tuple(AskedLimits.__dataclass_fields__)
    found: dict[str, int | None] = {}
    for name, number in document.members(value, "/limits", (), names).items():
        if number is not None and name in names:
            found[name] = document.whole(number, below("/limits", name), 0, LARGEST_WHOLE)
    return AskedLimits(**found)


def _recused(document: Document, value: Any) -> frozenset[ExpertId]:
    items = enumerate(document.items(value, "/recused"))
    found = (_shaped(document, item, below("/recused", i), id_fault) for i, item in items)
    return frozenset(ExpertId(expert) for expert in found if expert is not None)


def _kept(document: Document, value: Any) -> tuple[tuple[Choice, str], ...]:
    """The kept members whose entries are sound, each with its pointer."""
    kept: list[tuple[Choice, str]] = []
    for i, item in enumerate(document.items(value, "/kept")):
        pointer = below("/kept", i)
        entry = document.members(item, pointer, ("expert", "speciality"))
        expert = code = None
        if "expert" in entry:
            expert = _shaped(document, entry["expert"], below(pointer, "expert"), id_fault)
        if "speciality" in entry:
            code = _shaped(document, entry["speciality"], below(pointer, "speciality"), seat_fault)
        if expert is not None and code is not None:
            choice = Choice(expert=ExpertId(expert), speciality=SpecialityCode(code))
            kept.append((choice, pointer))
    return tuple(kept)


def _check_kept(
    document: Document,
    kept: tuple[tuple[Choice, str], ...],
    seats: tuple[Seats, ...],
    recused: frozenset[ExpertId],
    pool: Pool | None,
) -> None:
    asked = {seat.speciality: seat.count for seat in seats}
    codes = {e.id: e.specialities for e in pool.experts} if pool is not None and kept else {}
    sitting: Counter[str] = Counter()
    before: set[ExpertId] = set()
    for choice, pointer in kept:
        expert, seat = choice.expert, choice.speciality
        at = below(pointer, "expert")
        if expert in before:
            document.note(at, "intake.kept-twice", expert=expert)
        before.add(expert)
        if pool is not None and expert not in pool.named:
            document.note(at, "intake.kept-unknown", expert=expert)
        if expert in recused:
            document.note(at, "intake.kept-recused", expert=expert)
        if expert in codes and not any(code.startswith(seat) for code in codes[expert]):
            document.note(pointer, "intake.kept-speciality", expert=expert, seat=seat, has=codes[expert])
        sitting[seat] += 1
        if seats and seat not in asked:
            document.note(below(pointer, "speciality"), "intake.kept-seat", seat=seat, asked=tuple(asked))
        elif seats and sitting[seat] == asked[seat] + 1:
            document.note(pointer, "intake.kept-many", seat=seat, count=asked[seat])
