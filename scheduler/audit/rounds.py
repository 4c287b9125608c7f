"""What lies behind each round of a bundle: the state before it, its lottery, and what the rules read then?"""

from collections.abc import Callable, Iterator
from typing import TypeVar

from crypto.errors import Broken
from scheduler.audit.case import AuditCase, request_at, snapshot_at
from scheduler.events import LotteryFixed, StandbyFixed
from scheduler.exhibits import Conflicts, LotteryBody, RulesInForce
from scheduler.facts import case_of, numbers
from scheduler.limits import Limit, Numbers
from scheduler.lottery import Lottery, from_body
from scheduler.model import Case
from scheduler.rules import limits
from scheduler.state import State

Kind = TypeVar("Kind", LotteryFixed, StandbyFixed)


def rounds(case: AuditCase, kind: type[Kind]) -> Iterator[tuple[State, Kind, Lottery]]:
    """Every round of a kind with the state before it and its lottery, read strictly. Raises Broken."""
    for state, entry in case.moments:
        event = entry.event
        if isinstance(event, kind) and state is not None:
            body = case.body(event.lottery, LotteryBody)
            if body.round != event.round:
                raise Broken(f"the lottery of round {event.round} was made for round {body.round}")
            yield state, event, from_body(body.body)


def conflicts_at(case: AuditCase, state: State) -> Conflicts | None:
    """What the opening told about bidders, where it has."""
    return case.body(state.conflicts, Conflicts) if state.conflicts else None


def case_of_round(case: AuditCase, state: State) -> Case:
    """What the rules read in the round that begins at this state."""
    return case_of(
        request_at(case, state),
        snapshot_at(case, state),
        kept=state.experts(),
        out=state.set_aside(),
        conflicts=conflicts_at(case, state),
        counts=state.seats,
    )


def numbers_of(case: AuditCase, of_round: Case) -> Numbers:
    """The pack's numbers for such a case."""
    return numbers(case.body(case.final().pack, RulesInForce).pack, of_round)


def limits_of(case: AuditCase) -> Callable[[Case], tuple[Limit, ...]]:
    """Every limit of the case's rule pack, for any case of its rounds."""
    pack = case.body(case.final().pack, RulesInForce).pack
    return lambda of: limits(of, numbers(pack, of))
