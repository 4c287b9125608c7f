"""What does a supervisor see of the rounds: who left before each and why, who joined, and how stand-bys stand?"""

from collections import Counter
from collections.abc import Mapping, Sequence

from api.services.office import Dossier
from api.views.supervisor import Reserve, Round
from scheduler.events import (
    Drawn,
    LotteryFixed,
    Member,
    PassedOver,
    Promoted,
    StandbyDrawn,
    StandbyFixed,
)
from scheduler.exhibits import Seating
from scheduler.facts import roles
from scheduler.model import SiteId
from scheduler.standby import Standby
from scheduler.state import Entry


def rounds(case: Dossier, lines: Sequence[Entry]) -> tuple[Round, ...]:
    """Every round that was drawn: who had left before it, by reason, and how many it added."""
    why = {m.member: m.out for m in case.state.left()} | {s.member: s.out for s in case.state.standbys}
    drawn = {e.event.round: e for e in lines if isinstance(e.event, Drawn | StandbyDrawn)}
    seen: set[Member] = set()
    found = []
    for event in (line.event for line in lines):
        if not isinstance(event, LotteryFixed | StandbyFixed):
            continue
        gone = Counter(why.get(m) for m in event.out if m not in seen)
        seen.update(m for m in event.out if why.get(m) is not None)
        last = drawn.get(event.round)
        if last is not None and isinstance(last.event, Drawn | StandbyDrawn):
            row = Round(
                number=event.round,
                at=last.at,
                left=tuple((reason, n) for reason, n in gone.items() if reason is not None),
                joined=len(last.event.members),
                standby=event.rank if isinstance(event, StandbyFixed) else None,
            )
            found.append(row)
    return tuple(found)


def reserves(case: Dossier, lines: Sequence[Entry], names: Mapping[str, str]) -> tuple[Reserve, ...]:
    """Every stand-by ever drawn, by rank."""
    codes = roles(case.request)
    passed: dict[Member, list[str]] = {}
    for event in (line.event for line in lines):
        if isinstance(event, Promoted | PassedOver):
            for each in event.passed:
                passed.setdefault(each.member, []).append(each.rule)
    return tuple(
        Reserve(
            rank=s.rank,
            pseudonym=s.member,
            speciality=f"{codes[s.role]} {names.get(codes[s.role], '')}".strip(),
            how=_how(s),
            passed=tuple(passed.get(s.member, ())),
        )
        for s in case.state.standbys
    )


def replaced(case: Dossier, names: Mapping[SiteId, str]) -> tuple[tuple[str, int], ...]:
    """How many who sit now joined after the first round, by site; all an operator learns of a replacement.

    That the speciality fits needs no look: the seat's lottery held nobody else.
    """
    new = {m.member for m in case.state.experts() if m.round > 1}
    places = [p for digest in case.state.seatings() for p in case.body(digest, Seating).places]
    at = Counter(names.get(p.site, p.site) for p in places if p.member in new)
    return tuple(sorted(at.items()))


def _how(standby: Standby) -> str:
    if standby.promoted:
        return "promoted"
    if standby.out is not None:
        return "out"
    return "accepted" if standby.accepted else "asked"
