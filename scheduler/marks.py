"""What does every member's opened sheet say, slot by slot, and which sheets must go back to their members?

One reading for the service that totals and the verifier that recomputes.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from crypto.canonical import unhex
from crypto.codes import codes_for
from crypto.errors import CryptoError
from scheduler.errors import Refused
from scheduler.events import Correction, Member, Scored
from scheduler.exhibits import Criterion
from scheduler.model import LotId
from scheduler.places import sheet_context
from scheduler.scoring import Scores, check_scores, in_range
from scheduler.sheet import Sheet, open_sheet

Marks = tuple[Mapping[str, Decimal], ...]  # by slot: criterion → score


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What opens sheets and joins codes with slots, once scoring is closed."""

    scores: bytes
    codes: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedSheet:
    """One version of a member's sheet as the journal holds it."""

    member: Member
    version: int
    envelope: bytes
    commitment: bytes
    public: bytes  # the member's sheet key


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What sheets are read against."""

    lot: LotId
    criteria: tuple[Criterion, ...]
    slots: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A sheet as opened: its marks, or in what respect it cannot count and why (in words of the fault)."""

    member: Member
    marks: Marks = ()
    code: Correction | None = None
    fault: str = ""
    scores: Scores | None = None  # under the member's own codes; None: it does not even open


def sealed(event: Scored, public: str) -> SealedSheet:
    """The sheet of an event, with the device key its member checked in with."""
    return SealedSheet(
        member=event.member,
        version=event.version,
        envelope=unhex(event.sheet),
        commitment=unhex(event.commitment, 32),
        public=unhex(public, 32),
    )


def read(paper: Paper, keys: Keys, sheet: SealedSheet) -> Reading:
    """Open a sheet and judge it. Never raises for what a member may have put in."""
    try:
        scores = _opened(paper.lot, sheet, keys.scores).scores()
    except CryptoError as fault:
        return Reading(member=sheet.member, code=Correction.SUMMING, fault=str(fault))
    codes = codes_for(keys.codes, paper.lot, sheet.member, [str(i) for i in range(paper.slots)])
    try:
        check_scores(scores, [each.code for each in codes], paper.criteria)
    except Refused as fault:
        ranged = fault.facts.get("fault") == "score"
        code = Correction.RANGE if ranged else Correction.SUMMING
        return Reading(member=sheet.member, code=code, fault=str(fault), scores=scores)
    by_slot = {int(each.slot): scores[each.code] for each in codes}
    marks = tuple(by_slot[slot] for slot in range(paper.slots))
    return Reading(member=sheet.member, marks=marks, scores=scores)


def _opened(lot: LotId, sheet: SealedSheet, private: bytes) -> Sheet:
    bound = sheet_context(lot, sheet.member, sheet.version)
    found = open_sheet(private, sheet.envelope, bound, sheet.public, sheet.commitment)
    if (found.lot, found.member, found.version) != (lot, sheet.member, sheet.version):
        raise CryptoError(f"sheet of {sheet.member}: written for another place")
    return found


def returns(
    paper: Paper, readings: Sequence[Reading], asked: Mapping[Member, Sequence[Correction]]
) -> dict[Member, Correction]:
    """Whose sheet goes back now, and why. A sheet that cannot count first; what members differ on after that.

    Of an objective item the value of more than half the members stands and the others are asked, once; without
    such a value everybody is. `asked`: the corrections a member was asked for before.
    """
    broken = {each.member: each.code for each in readings if each.code is not None}
    if broken:
        return broken
    odd = {member for c in paper.criteria if c.objective for member in _differing(c.id, readings)}
    return {m: Correction.OBJECTIVE for m in sorted(odd) if Correction.OBJECTIVE not in asked.get(m, ())}


def _differing(criterion: str, readings: Sequence[Reading]) -> set[Member]:
    found: set[Member] = set()
    for slot in range(len(readings[0].marks) if readings else 0):
        counts = Counter(each.marks[slot][criterion] for each in readings)
        value, most = counts.most_common(1)[0]
        agreed = value if 2 * most > len(readings) else None
        found |= {each.member for each in readings if each.marks[slot][criterion] != agreed}
    return found


def only_that(code: Correction, before: Reading, after: Reading, criteria: Sequence[Criterion]) -> bool:
    """Whether a corrected sheet changed nothing but what it was returned for. A sheet that could not be added
    up may be written anew."""
    if after.code is not None:
        return False
    if code is Correction.SUMMING or before.scores is None or after.scores is None:
        return True
    known = {each.id: each for each in criteria}
    return all(
        _may_change(code, known[criterion], score) or after.scores[paper][criterion] == score
        for paper, lines in before.scores.items()
        for criterion, score in lines.items()
    )


def _may_change(code: Correction, criterion: Criterion, score: Decimal) -> bool:
    if code is Correction.OBJECTIVE:
        return criterion.objective
    return not in_range(criterion, score)
