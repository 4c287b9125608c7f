"""Checks about stand-bys: who may be drawn as one, that the ticket drew them, and who was promoted or passed over."""

from collections.abc import Mapping

from crypto.canonical import unhex
from crypto.errors import Broken
from scheduler.audit.case import AuditCase, NotRevealed, request_at, snapshot_at
from scheduler.audit.rivals import elsewhere_of
from scheduler.audit.rounds import case_of_round, conflicts_at, limits_of, rounds
from scheduler.completing import backing, choose, lottery_of
from scheduler.elsewhere import elsewhere_limits
from scheduler.events import Drawn, Member, PassedOver, Promoted, StandbyDrawn, StandbyFixed, StandbyMissing
from scheduler.exhibits import Request
from scheduler.facts import promotion_case, roles
from scheduler.limits import Words
from scheduler.lottery import Lottery, numbered, renamed
from scheduler.model import Choice, ExpertId, RuleId
from scheduler.packshape import Pack
from scheduler.standby import MOST, reserve_of
from scheduler.state import Entry


def as_the_pack_says(case: AuditCase, pack: Pack) -> None:
    """So many stand-bys as pack and request say. Raises Broken or Refused("reserve_number")."""
    found, least = case.final().reserve, pack.draw.reserve
    try:
        asked = case.body(case.final().booked, Request).reserve
    except NotRevealed:
        if not least <= found <= max(least, MOST):
            raise Broken("fewer or more stand-bys than the pack allows") from None
        return
    if found != reserve_of(least, asked):
        raise Broken("other stand-bys than pack and request say")


def tickets(case: AuditCase) -> Words:
    """One seat, everybody in one class, nobody who sits or is out. Raises Broken."""
    count = 0
    for _, event, lottery in rounds(case, StandbyFixed):
        people = set(lottery.chances())
        if lottery.panels != (((0, event.role, 1),),) or len(lottery.classes) != 1:
            raise Broken(f"round {event.round}: not everybody has the same chance to stand by")
        if {Member(c.expert) for c in lottery.kept} != set(event.kept):
            raise Broken(f"round {event.round}: other members are kept than sit")
        if gone := {Member(who) for who in people} & {*event.out, *event.kept}:
            raise Broken(f"round {event.round}: {len(gone)} who sit or are out are in the lottery")
        count += 1
    return Words(f"；候补 {count} 轮", f"; {count} stand-by rounds") if count else Words("", "")


def lawful(case: AuditCase) -> Words:
    """Exactly those are in each stand-by lottery who complete the panel in place of a member, counted anew; and
    promoted or passed over is who must be. Raises Broken."""
    count, out = 0, 0
    for state, event, lottery in rounds(case, StandbyFixed):
        whole = case_of_round(case, state)
        codes = roles(case.body(state.request, Request))
        told = elsewhere_limits(elsewhere_of(case, event))
        found = backing(whole, codes[event.role], limits_of(case), told)
        if not found.people or lottery != _numbered(lottery_of(found, whole, codes, event.role), len(codes)):
            raise Broken(f"round {event.round}: others may stand by than complete the panel")
        count, out = count + 1, out + len(found.excluded)
    empty = _missing(case)
    promoted, passed = _taken(case)
    if not count + empty:
        return Words("", "")
    return Words(
        f"；候补 {count} 轮重新清点（{out} 人次不能补全），{empty} 个名次无人可补；"
        f"递补 {promoted} 人、略过 {passed} 人次，均按名次与规则",
        f"; {count} stand-by rounds counted anew ({out} would not complete the panel), {empty} ranks with nobody; "
        f"{promoted} promoted and {passed} passed over, by rank and rule",
    )


def _numbered(lottery: Lottery, count: int) -> Lottery:
    return renamed(lottery, numbered(count))


def _missing(case: AuditCase) -> int:
    """How many ranks were left empty. Raises Broken unless nobody completes the panel, by the rules named."""
    count = 0
    for state, entry in case.moments:
        event = entry.event
        if isinstance(event, StandbyMissing) and state is not None:
            code = roles(case.body(state.request, Request))[event.role]
            told = elsewhere_limits(elsewhere_of(case, event))
            found = backing(case_of_round(case, state), code, limits_of(case), told)
            if found.people:
                raise Broken(f"entry {entry.seq}: {len(found.people)} could have stood by")
            if set(event.rules) != ({*found.excluded.values()} or {RuleId("S0")}):
                raise Broken(f"entry {entry.seq}: other rules are named than leave the rank empty")
            count += 1
    return count


def _taken(case: AuditCase) -> tuple[int, int]:
    """Promoted and passed over. Raises Broken unless rank and rules alone decided."""
    promoted, passed = 0, 0
    for state, entry in case.moments:
        event = entry.event
        if isinstance(event, Promoted | PassedOver) and state is not None:
            case_then = promotion_case(
                request_at(case, state),
                snapshot_at(case, state),
                state,
                conflicts_at(case, state),
            )
            codes = roles(case.body(state.request, Request))
            waiting = [
                Choice(expert=ExpertId(s.member), speciality=codes[s.role]) for s in state.standing_by()
            ]
            chosen = choose(case_then, limits_of(case)(case_then), waiting)
            members = event.members if isinstance(event, Promoted) else ()
            if [Member(c.expert) for c in chosen.members] != list(members):
                raise Broken(f"entry {entry.seq}: another stand-by was to be promoted")
            if [(ExpertId(p.member), p.rule) for p in event.passed] != list(chosen.passed):
                raise Broken(f"entry {entry.seq}: stand-bys were passed over without the rule")
            promoted, passed = promoted + len(members), passed + len(event.passed)
    return promoted, passed


def winners(case: AuditCase) -> Words:
    """The ticket of every stand-by round lands on the one drawn. Raises Broken."""
    drawn: Mapping[int, StandbyDrawn] = {
        e.event.round: e.event for _, e in case.moments if isinstance(e.event, StandbyDrawn)
    }
    for _, fixed, lottery in rounds(case, StandbyFixed):
        if fixed.round not in drawn:
            continue
        event = drawn[fixed.round]
        won = [Member(c.expert) for c in lottery.winner(unhex(event.ticket, 32)) if c not in lottery.kept]
        if won != [m.member for m in event.members]:
            raise Broken(f"round {event.round}: the ticket lands on another stand-by")
    return Words(f"；候补 {len(drawn)} 名", f", and {len(drawn)} stand-bys") if drawn else Words("", "")


def ticketed(entry: Entry) -> Drawn | StandbyDrawn | None:
    """The event that names a ticket."""
    return entry.event if isinstance(entry.event, Drawn | StandbyDrawn) else None
