"""What comes of a lottery over quotas: chances, or the quotas that clash?"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from api.commands.drawn import Seconds, fraction
from api.intake.quotas import Person, Quotas
from api.words import Lang, say, shown
from scheduler.lottery import Lottery
from scheduler.model import Case, Expert, ExpertId, LotId, RegionCode, Seats, SpecialityCode
from scheduler.quota import Share, quota_limits, rule_of
from scheduler.solve.clash import NoPanel
from scheduler.solve.draw import make_lottery

_ROLE = SpecialityCode("A")  # the only one: every person takes the same seat


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaDrawing:
    """One lottery to be made; `seed` None: no panel is drawn."""

    quotas: Quotas
    people: tuple[Person, ...]
    size: int
    seed: bytes | None

    def case(self) -> Case:
        """Everybody for the one role."""
        pool = tuple(
            Expert(id=ExpertId(person.id), region=RegionCode(""), specialities=(_ROLE,))
            for person in self.people
        )
        return Case(
            lot=LotId("quota"),
            region=RegionCode(""),
            pool=pool,
            seats=(Seats(speciality=_ROLE, count=self.size),),
        )

    def shares(self) -> tuple[Share, ...]:
        """Every quota with the people it counts."""
        place = {category: i for i, category in enumerate(self.quotas.named)}
        having: dict[tuple[int, str], list[ExpertId]] = {}
        for person in self.people:
            for i, feature in enumerate(person.features):
                having.setdefault((i, feature), []).append(ExpertId(person.id))
        return tuple(
            Share(
                q.category, q.feature, q.least, q.most, tuple(having.get((place[q.category], q.feature), ()))
            )
            for q in self.quotas.rows
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """The lottery, and the panel of the seed if one was given."""

    asked: QuotaDrawing
    lottery: Lottery
    panel: tuple[ExpertId, ...] | None
    seconds: Seconds

    def document(self, lang: Lang) -> dict[str, Any]:
        """The answer with the keys of docs/formats/lottery.md."""
        return {
            "status": "drawn",
            "chances": {who: fraction(chance) for who, chance in self.lottery.chances().items()},
            "bound": fraction(self.lottery.bound),
            "optimal": self.lottery.optimal,
            "panels": len(self.lottery.panels),
            **({} if self.panel is None else {"panel": list(self.panel)}),
            "seconds": self.seconds.document(),
        }

    def report(self, lang: Lang) -> str:
        """The answer for people."""
        chances = sorted(self.lottery.chances().values()) or [Fraction(0)]
        told = {"panels": len(self.lottery.panels), "size": self.asked.size}
        told |= {"people": len(self.asked.people), "seatable": len(self.lottery.chances())}
        ends = {"least": chances[0], "most": chances[-1], "bound": self.lottery.bound}
        lines = [
            say("lottery.fixed", lang, **told),
            say("lottery.chances", lang, **{name: f"{float(chance):.6%}" for name, chance in ends.items()}),
            say(f"lottery.optimal-{str(self.lottery.optimal).lower()}", lang),
        ]
        if self.panel is not None:
            lines += [say("lottery.panel", lang), *(f"  {shown(who, 4096)}" for who in self.panel)]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Impossible:
    """No panel: quotas that cannot hold together, each one needed for that."""

    size: int
    clash: tuple[Share, ...]

    def document(self, lang: Lang) -> dict[str, Any]:
        """The answer with the keys of docs/formats/lottery.md."""
        return {
            "status": "impossible",
            "clash": [
                {
                    "rule": rule_of(share.category, share.feature),
                    "category": share.category,
                    "feature": share.feature,
                    "says": _says(share, lang),
                }
                for share in self.clash
            ],
        }

    def report(self, lang: Lang) -> str:
        """The answer for people."""
        lines = [say("lottery.impossible", lang, size=self.size)]
        return "\n".join(lines + [f"  {_says(share, lang)}" for share in self.clash])


def draw_from(asked: QuotaDrawing, *, clock: Callable[[], float]) -> Fixed | Impossible:
    """Limits, lottery, winner."""
    began = clock()
    case, shares = asked.case(), asked.shares()
    limits = quota_limits(case, shares)
    limited = clock()
    known: list[float] = []  # when the chances were
    try:
        lottery = make_lottery(
            case, limits, progress=lambda what: known.append(clock()) if what == "seating" else None
        )
    except NoPanel as refusal:
        rules = set(refusal.clash.rules)  # the size and one seat each stand firm and are not told
        return Impossible(
            size=asked.size,
            clash=tuple(share for share in shares if rule_of(share.category, share.feature) in rules),
        )
    fixed = clock()
    panel = None
    if asked.seed is not None:
        panel = tuple(sorted(choice.expert for choice in lottery.winner(asked.seed)))
    relaxed = known[0] if known else fixed
    seconds = Seconds(limits=limited - began, chances=relaxed - limited, panels=clock() - relaxed)
    return Fixed(asked=asked, lottery=lottery, panel=panel, seconds=seconds)


def _says(share: Share, lang: Lang) -> str:
    facts = {"category": shown(share.category), "feature": shown(share.feature), "have": len(share.people)}
    return say("lottery.quota", lang, **facts, least=share.least, most=share.most)
