"""How is a timetable told: as PLAN.json, and in a few lines for people?"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from api.words import Lang, say
from scheduler.limits import Words
from scheduler.model import LotId
from scheduler.timetable import Placed, Timetable, Unplaced

if TYPE_CHECKING:
    from scheduler.solve.timetable_remake import Remade


def document(made: Timetable, seconds: Mapping[str, float], lang: Lang, *, panels: bool) -> dict[str, Any]:
    """The plan with the keys of docs/formats/plan.md."""
    return {
        "lots": [_placed(one, panels) for one in made.placed],
        "unplaced": [_unplaced(one, lang) for one in made.unplaced],
        "proved": made.proved,
        "upper_bound_lots": made.upper_bound,
        "seconds": {part: round(value, 3) for part, value in seconds.items()},
    }


def _placed(one: Placed, panels: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "lot": one.lot,
        "window": one.window,
        "host_site": one.host,
        "guest_sites": list(one.guests),
    }
    if panels:
        told["panel"] = [
            {"expert": seat.expert, "speciality": seat.speciality, "site": seat.site} for seat in one.panel
        ]
    return told


def moved_in(made: "Remade", *, panels: bool) -> list[dict[str, Any]]:
    """What is other than in the plan before; `panel`: kept or drawn, where panels are told."""
    rows = []
    for one in made.moved:
        row: dict[str, Any] = {"lot": one.lot, "from": _where(one.before), "to": _where(one.after)}
        if one.frozen:
            row["frozen"] = True
        if panels and one.after is not None:
            same = one.before is not None and one.before == one.after
            row["panel"] = "kept" if same else "drawn"
        rows.append(row)
    return rows


def _where(one: Placed | None) -> dict[str, Any] | None:
    return None if one is None else {k: v for k, v in _placed(one, False).items() if k != "lot"}


def told_moved(made: "Remade", lang: Lang) -> Iterator[str]:
    """The same in a few lines for people."""
    yield say("plan.moved" if made.moved else "plan.unmoved", lang, count=len(made.moved))
    if made.moved:
        yield say(f"plan.least-{str(made.least).lower()}", lang)
    for one in made.moved:
        way = [
            say("plan.nowhere", lang) if spot is None else " ".join((spot.window, spot.host, *spot.guests))
            for spot in (one.before, one.after)
        ]
        yield say(
            "plan.moved-frozen" if one.frozen else "plan.moved-lot", lang, lot=one.lot, old=way[0], new=way[1]
        )


def _unplaced(one: Unplaced, lang: Lang) -> dict[str, Any]:
    return {
        "lot": one.lot,
        "clash": [
            {"rule": each.rule, "says": each.says.en if lang is Lang.EN else each.says.zh}
            for each in one.clash
        ],
    }


def report(made: Timetable, lang: Lang, help_: Mapping[LotId, tuple[Words, ...]]) -> str:
    """The plan in a few lines for people, with what would let lots in; the panels are in the file."""
    placed, lots = len(made.placed), len(made.placed) + len(made.unplaced)
    lines = [say("plan.placed", lang, placed=placed, lots=lots)]
    lines.append(say(f"plan.proved-{str(made.proved).lower()}", lang, bound=made.upper_bound))
    for one in made.unplaced:
        lines.append(say("plan.unplaced", lang, lot=one.lot))
        lines += [f"  {each.rule}\t{each.says.en if lang is Lang.EN else each.says.zh}" for each in one.clash]
        told = [words.en if lang is Lang.EN else words.zh for words in help_.get(one.lot, ())]
        lines += [say("plan.help", lang, steps="；".join(told))] if told else []
    return "\n".join(lines)
