"""How is a step of the relaxation ladder that would cure a case told to people and programs?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from api.words import Lang, say
from scheduler.limits import Numbers, fits
from scheduler.model import Case
from scheduler.packshape import Step
from scheduler.solve import ladder


@dataclass(frozen=True, slots=True, kw_only=True)
class Cure:
    """A step that by itself makes a panel possible, and how many people match a seat after it.

    `matching` counts the pool without recused people; None where no lottery is held after the step.
    """

    step: Step
    matching: int | None

    def document(self, lang: Lang) -> dict[str, Any]:
        """One entry of `ladder` in docs/formats/draw.md."""
        return {
            "step": self.step.id,
            "does": self.step.does.value,
            "says": self.step.says.en if lang is Lang.EN else self.step.says.zh,
            "approver": self.step.approver.value,
            "matching": self.matching,
        }

    def line(self, lang: Lang) -> str:
        """One line for people."""
        says = self.document(lang)["says"]
        approver = say(f"page.role.{self.step.approver.value}", lang)
        code = "draw.step" if self.matching is None else "draw.step-matching"
        return say(code, lang, says=says, approver=approver, matching=self.matching)


def cures(case: Case, numbers: Numbers, steps: Iterable[Step]) -> tuple[Cure, ...]:
    """The steps that would cure the case, in the order of the pack's ladder, each tried by itself."""
    found = []
    for step in ladder.cures(case, numbers, steps):
        after = ladder.relaxed(case, numbers, step)
        found.append(Cure(step=step, matching=None if after is None else _matching(after[0])))
    return tuple(found)


def _matching(case: Case) -> int:
    codes = [seat.speciality for seat in case.seats]
    free = (expert for expert in case.pool if expert.id not in case.recused)
    return sum(any(fits(expert, code) for code in codes) for expert in free)
