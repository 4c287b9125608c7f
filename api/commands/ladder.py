"""Which steps of a pack's relaxation ladder would make a panel possible?"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from api.words import Lang, say
from scheduler.limits import Numbers, Words, fits
from scheduler.model import Case, Choice, Seats, SpecialityCode
from scheduler.rules import limits
from scheduler.solve.clash import feasible


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """A step of the ladder as far as a draw from files reads it."""

    step: str
    says: Words
    approver: str
    parent_code: bool  # seats ask for the parent code: can be tried on the files
    always: bool  # open whatever the pool holds, such as an appointment


@dataclass(frozen=True, slots=True, kw_only=True)
class Cure:
    """A step that makes a panel possible; `seats` None: it cannot be tried on files but is always open."""

    relaxation: Relaxation
    seats: tuple[Seats, ...] | None
    matching: int | None  # people, recused ones apart, with a speciality for some seat after the step

    def document(self, lang: Lang) -> dict[str, Any]:
        """One entry of `ladder`."""
        seats = [{"speciality": seat.speciality, "count": seat.count} for seat in self.seats or ()]
        return {
            "step": self.relaxation.step,
            "says": self.relaxation.says.en if lang is Lang.EN else self.relaxation.says.zh,
            "approver": self.relaxation.approver,
            "computed": self.seats is not None,
            **({} if self.seats is None else {"seats": seats, "matching": self.matching}),
        }

    def line(self, lang: Lang) -> str:
        """One line for people."""
        told = self.document(lang)
        if self.seats is None:
            return say("draw.step", lang, says=told["says"], approver=self.relaxation.approver)
        seats = ", ".join(f"{seat.speciality} × {seat.count}" for seat in self.seats)
        facts = {"says": told["says"], "approver": self.relaxation.approver, "seats": seats}
        return say("draw.step-computed", lang, matching=self.matching, **facts)


def cures(case: Case, numbers: Numbers, ladder: Iterable[Relaxation]) -> tuple[Cure, ...]:
    """The steps that would cure the case, in the order of the ladder, each tried by itself.

    A step that files cannot show (another province's pool) is left out unless it is always open.
    """
    found: list[Cure] = []
    for relaxation in ladder:
        if relaxation.parent_code:
            eased = _by_parent_codes(case, numbers)
            if eased is not None:
                seats, matching = eased.seats, _matching(eased)
                found.append(Cure(relaxation=relaxation, seats=seats, matching=matching))
        elif relaxation.always:
            found.append(Cure(relaxation=relaxation, seats=None, matching=None))
    return tuple(found)


def _by_parent_codes(case: Case, numbers: Numbers) -> Case | None:
    """The case with as few seats as possible on their parent code: one code alone if that cures, else all."""
    codes = sorted(seat.speciality for seat in case.seats if _parent(seat.speciality) != seat.speciality)
    attempts = [frozenset({code}) for code in codes]
    if len(codes) > 1:
        attempts.append(frozenset(codes))
    for eased in (_eased(case, some) for some in attempts):
        if feasible(eased, limits(eased, numbers)):
            return eased
    return None


def _eased(case: Case, codes: frozenset[SpecialityCode]) -> Case:
    """The case in which seats of these codes, and kept members on them, stand under the parent code."""

    def after(code: SpecialityCode) -> SpecialityCode:
        return _parent(code) if code in codes else code

    counts: dict[SpecialityCode, int] = {}
    for seat in case.seats:
        counts[after(seat.speciality)] = counts.get(after(seat.speciality), 0) + seat.count
    return replace(
        case,
        seats=tuple(Seats(speciality=code, count=count) for code, count in counts.items()),
        kept=tuple(Choice(expert=who.expert, speciality=after(who.speciality)) for who in case.kept),
    )


def _parent(code: SpecialityCode) -> SpecialityCode:
    """A040407 → A0404 → A04 → A; a letter has none. Half a pair (A040) falls back to the whole one (A04)."""
    return SpecialityCode(code[: max(1, len(code) - (2 if len(code) % 2 else 1))])


def _matching(case: Case) -> int:
    codes = [seat.speciality for seat in case.seats]
    free = (expert for expert in case.pool if expert.id not in case.recused)
    return sum(any(fits(expert, code) for code in codes) for expert in free)
