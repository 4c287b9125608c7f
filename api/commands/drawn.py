"""What comes of one draw from files: panel and chances, or the clash and what would cure it?"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from api.commands.ladder import Cure, cures
from api.words import Lang, say
from crypto.canonical import canonical, digest
from crypto.stream import Stream
from scheduler.limits import Numbers, Words
from scheduler.lottery import Lottery
from scheduler.model import Case, Choice, LotId
from scheduler.packshape import Step
from scheduler.rules import limits
from scheduler.solve.ceremony import Ceremony, ceremony
from scheduler.solve.clash import Clash, NoPanel
from scheduler.solve.draw import make_lottery


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One draw to be made; `repeat` None: only the panel of the seed itself."""

    case: Case
    numbers: Numbers
    seed: bytes
    repeat: int | None
    threads: int
    numbered: bool = False  # also 1 000 numbered panels


@dataclass(frozen=True, slots=True, kw_only=True)
class Seconds:
    """Wall time of the limits; of the relaxed chances; and of everything after: panels, proofs, winners."""

    limits: float
    chances: float
    panels: float

    def document(self) -> dict[str, float]:
        """To the microsecond."""
        return {name: round(value, 6) for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A panel, the lottery it was drawn from, and the panels of the repeated seeds if asked for."""

    lot: LotId
    lottery: Lottery
    panel: tuple[Choice, ...]
    panels: tuple[tuple[Choice, ...], ...] | None
    seconds: Seconds
    ceremony: Ceremony | None = None

    def document(self, lang: Lang) -> dict[str, Any]:
        """The answer with the keys of docs/formats/draw.md."""
        lottery = self.lottery
        repeated = [[f"{seat.expert}:{seat.speciality}" for seat in panel] for panel in self.panels or ()]
        return {
            "lot": self.lot,
            "status": "drawn",
            "method": lottery.method.value,
            "optimal": lottery.optimal,
            "bound": fraction(lottery.bound),
            "chances": {expert: fraction(chance) for expert, chance in lottery.chances().items()},
            "panel": [{"expert": seat.expert, "speciality": seat.speciality} for seat in self.panel],
            **({} if self.panels is None else {"panels": repeated}),
            **({} if self.ceremony is None else {"ceremony": _numbered(self.ceremony)}),
            "excluded": dict(sorted(lottery.excluded.items())),
            "seconds": self.seconds.document(),
        }

    def report(self, lang: Lang) -> str:
        """The answer for people."""
        chances = sorted(self.lottery.chances().values()) or [Fraction(0)]
        kept = set(self.lottery.kept)
        lines = [say("draw.drawn", lang, lot=self.lot, size=len(self.panel))]
        lines += [
            f"  {seat.speciality}\t{seat.expert}" + (f"\t{say('draw.kept', lang)}" if seat in kept else "")
            for seat in self.panel
        ]
        seatable = sum(len(members) for members in self.lottery.classes)
        ends = {"least": f"{float(chances[0]):.6%}", "most": f"{float(chances[-1]):.6%}"}
        lines.append(say("draw.chances", lang, seatable=seatable, **ends))
        lines.append(say(f"draw.optimal-{str(self.lottery.optimal).lower()}", lang))
        if self.lottery.excluded:
            lines.append(say("draw.excluded", lang, count=len(self.lottery.excluded)))
        if self.panels is not None:
            lines.append(say("draw.repeated", lang, count=len(self.panels)))
        if self.ceremony is not None:
            told = {"smallest": self.ceremony.smallest, "loss": self.ceremony.loss}
            lines.append(
                say("draw.ceremony", lang, **{name: f"{float(part):.4%}" for name, part in told.items()})
            )
        return "\n".join(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Impossible:
    """No lawful panel: the rules that clash, and the steps of the pack's ladder that would cure it."""

    lot: LotId
    clash: Clash
    ladder: tuple[Cure, ...]

    def document(self, lang: Lang) -> dict[str, Any]:
        """The answer with the keys of docs/formats/draw.md."""
        return {
            "lot": self.lot,
            "status": "impossible",
            "clash": [{"rule": each.rule, "says": spoken(each.says, lang)} for each in self.clash.reasons],
            "ladder": [cure.document(lang) for cure in self.ladder],
        }

    def report(self, lang: Lang) -> str:
        """The answer for people."""
        lines = [say("draw.impossible", lang, lot=self.lot)]
        lines += [f"  {each.rule}\t{spoken(each.says, lang)}" for each in self.clash.reasons]
        lines.append(say("draw.ladder" if self.ladder else "draw.no-ladder", lang))
        lines += [f"  {i}. {cure.line(lang)}" for i, cure in enumerate(self.ladder, 1)]
        return "\n".join(lines)


def draw_from(
    drawing: Drawing,
    *,
    ladder: Callable[[], Iterable[Step]],
    clock: Callable[[], float],
    progress: Callable[[str], None] | None = None,
) -> Drawn | Impossible:
    """Limits, lottery, winner. `ladder` is read only when there is no panel."""
    case = drawing.case
    began = clock()
    set_limits = limits(case, drawing.numbers)
    limited = clock()
    known: list[float] = []  # when the chances were

    def heard(what: str) -> None:
        if what == "seating":
            known.append(clock())
        if progress is not None:
            progress(what)

    try:
        lottery = make_lottery(case, set_limits, threads=drawing.threads, progress=heard)
    except NoPanel as refusal:
        cured = cures(case, drawing.numbers, ladder())
        return Impossible(lot=case.lot, clash=refusal.clash, ladder=cured)
    fixed = clock()
    panel = lottery.winner(drawing.seed)
    panels = None
    if drawing.repeat is not None:
        panels = tuple(lottery.winner(seed) for seed in repeated(drawing.seed, drawing.repeat))
    numbered = ceremony(lottery, public_order(lottery)) if drawing.numbered else None
    relaxed = known[0] if known else fixed  # without a relaxation the chances are all there is to find
    seconds = Seconds(limits=limited - began, chances=relaxed - limited, panels=clock() - relaxed)
    return Drawn(
        lot=case.lot, lottery=lottery, panel=panel, panels=panels, seconds=seconds, ceremony=numbered
    )


def public_order(lottery: Lottery) -> Stream:
    """What orders the numbered panels: the lottery alone, so that they stand before any ball is drawn."""
    return Stream(digest("yuanping/ceremony/v1", canonical(lottery.to_body())))


def _numbered(made: Ceremony) -> dict[str, Any]:
    panels = [[f"{seat.expert}:{seat.speciality}" for seat in panel] for panel in made.panels]
    return {"smallest": fraction(made.smallest), "loss": fraction(made.loss), "panels": panels}


def repeated(seed: bytes, count: int) -> list[bytes]:
    """SHA-256(seed ‖ u64 big-endian i) for i = 0 … count−1."""
    return [hashlib.sha256(seed + i.to_bytes(8, "big")).digest() for i in range(count)]


def spoken(words: Words, lang: Lang) -> str:
    """One of the two languages."""
    return words.en if lang is Lang.EN else words.zh


def fraction(value: Fraction) -> str:
    """As answers spell it: 3/287."""
    return f"{value.numerator}/{value.denominator}"
