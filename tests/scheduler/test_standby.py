"""What the history refuses about stand-bys: out of order, out of turn, without a rule, or while one is due."""

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.errors import Refused
from scheduler.events import (
    Accepted,
    Drawn,
    Left,
    LotteryFixed,
    Member,
    Opened,
    Out,
    Passed,
    PassedOver,
    Promoted,
    StandbyDrawn,
    StandbyFixed,
    StandbyMissing,
)
from scheduler.model import Role
from scheduler.phases import apply
from scheduler.record import entry
from scheduler.standby import Standby, backed
from scheduler.state import Round, State
from tests.scheduler.histories import NOON, A, B, history, mark, seated, slots

S1, S2 = Member("P-S1"), Member("P-S2")


def complete() -> State:
    """Just after the first draw of the sample history, with three stand-bys asked for and keys and seeds for all."""
    states = history().states
    drawn = next(s for s in states if s.rounds and s.rounds[-1].ticket)
    pledges = tuple((party, ("00",) * 9) for party, _ in drawn.pledges)
    return replace(drawn, reserve=3, pledges=pledges)


def waiting(*ranks: int) -> State:
    """The same with stand-bys of these ranks drawn."""
    state = complete()
    standbys = tuple(
        Standby(member=Member(f"P-S{n}"), role=backed(state.seats, n), rank=n, round=1 + n, since=state.at)
        for n in ranks
    )
    rounds = tuple(
        Round(number=1 + n, lottery=mark(f"s{n}"), fixed=state.at, ticket="22" * 32, standby=n) for n in ranks
    )
    return replace(state, standbys=standbys, rounds=(*state.rounds, *rounds))


def then(state: State, event, role: Role = Role.SYSTEM, actor: str = "") -> State:
    """The state after one more event."""
    return apply(
        state, entry(state, state.lot, event, at=state.at + timedelta(minutes=1), role=role, actor=actor)
    )


def fixed(state: State, **changes) -> StandbyFixed:
    """The lottery of the next stand-by."""
    plain = StandbyFixed(
        round=len(state.rounds) + 1,
        rank=state.next_rank,
        role=backed(state.seats, state.next_rank),
        lottery=mark("standby"),
        kept=tuple(m.member for m in state.experts()),
        out=tuple(m.member for m in state.set_aside()),
    )
    return replace(plain, **changes)


def left(member: Member) -> Left:
    """Somebody declines."""
    return Left(member=member, why=Out.DECLINED)


@pytest.mark.parametrize(
    ("seats", "ranks"), [((4,), [0, 0, 0]), ((3, 1), [0, 1, 0]), ((1, 3), [1, 0, 1]), ((2, 2, 2), [0, 1, 2])]
)
def test_every_kind_is_backed_in_turn_most_seats_first(seats, ranks) -> None:
    """Two reserves of one kind where there is one kind, one of each where there are two."""
    assert [backed(seats, rank) for rank in (1, 2, 3)] == ranks


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"rank": 2}, "standbys_enough"),
        ({"role": 1}, "stale"),
        ({"round": 7}, "stale"),
        ({"kept": ()}, "stale"),
        ({"out": (A,)}, "stale"),
    ],
)
def test_a_standby_round_is_the_next_one_for_the_next_rank(changes, code) -> None:
    """Nobody chooses which role or rank is drawn for, or who is in it."""
    state = complete()
    assert then(state, fixed(state)).round_under_way().standby == 1
    with pytest.raises(Refused, match=code):
        then(state, fixed(state, **changes))


def test_no_more_are_drawn_than_asked_for_and_none_beside_open_seats() -> None:
    """The pack's number ends it; a panel that is not complete comes first."""
    state = waiting(1, 2, 3)
    with pytest.raises(Refused, match="standbys_enough"):
        then(state, fixed(state))
    open_ = then(complete(), left(A), Role.EXPERT, A)
    with pytest.raises(Refused, match="seats_open"):
        then(open_, fixed(open_))


def test_a_standby_round_draws_a_standby_and_no_member() -> None:
    """An ordinary winner cannot be recorded of it, nor a stand-by of an ordinary round."""
    state = then(complete(), fixed(complete()))
    under_way = replace(state.rounds[-1], opened=mark("opened"))
    ready = replace(state, rounds=(*state.rounds[:-1], under_way))
    drawn = StandbyDrawn(round=2, ticket="33" * 32, members=(seated(S1, 0),))
    assert then(ready, drawn).standing_by()[0].member == S1
    with pytest.raises(Refused, match="round_not_ready"):
        then(ready, Drawn(round=2, ticket="33" * 32, members=(seated(S1, 0),), seating=mark("places")))
    for wrong, code in (((seated(S1, 1),), "S0"), ((seated(A, 0),), "R0"), ((), "S0")):
        with pytest.raises(Refused, match=code):
            then(ready, replace(drawn, members=wrong))
    ordinary = replace(under_way, standby=None)
    with pytest.raises(Refused, match="round_not_ready"):
        then(replace(ready, rounds=(*ready.rounds[:-1], ordinary)), drawn)


def test_while_a_seat_is_open_and_a_standby_waits_nothing_else_happens() -> None:
    """Neither the next round, nor another member's leaving, nor the opening: waiting would be a choice."""
    state = then(waiting(1, 2), left(A), Role.EXPERT, A)
    assert state.standby_due
    lottery = LotteryFixed(
        round=4, lottery=mark("x"), kept=(B,), out=tuple(m.member for m in state.set_aside())
    )
    opened = Opened(slots=slots(3), bidders=mark("b"), conflicts=mark("c"))
    for event, role, actor in (
        (lottery, Role.SYSTEM, ""),
        (left(B), Role.EXPERT, B),
        (Accepted(member=B), Role.EXPERT, B),
        (opened, Role.OPERATOR, ""),
    ):
        with pytest.raises(Refused, match="standby_first"):
            then(state, event, role, actor)


def test_who_is_promoted_takes_the_seat_and_who_is_passed_over_is_named() -> None:
    """By rank; skipping somebody without a rule, or somebody of another kind, is refused."""
    state = then(waiting(1, 2), left(A), Role.EXPERT, A)
    done = then(state, Promoted(members=(S1,), passed=(), seating=mark("seat")))
    assert done.sitting(S1).sits
    assert done.open_seats() == (0, 0)
    assert mark("seat") in done.seatings()
    with pytest.raises(Refused, match="S0"):
        then(state, Promoted(members=(S2,), passed=(), seating=mark("seat")))
    other = then(waiting(1, 2), left(B), Role.EXPERT, B)
    passed = (Passed(member=S1, rule="S0"),)
    assert then(other, Promoted(members=(S2,), passed=passed, seating=mark("seat"))).sitting(S2).sits
    for wrong, code in (
        ((), "standby_order"),
        ((Passed(member=S1, rule=""),), "rule_missing"),
        ((Passed(member=S2, rule="S0"),), "standby_order"),
    ):
        with pytest.raises(Refused, match=code):
            then(other, Promoted(members=(S2,), passed=wrong, seating=mark("seat")))


def test_passing_over_names_everybody_who_waits_and_holds_for_this_panel_only() -> None:
    """The next round may go on; when the panel has changed, stand-bys are asked again."""
    state = then(waiting(1, 2), left(A), Role.EXPERT, A)
    all_of = (Passed(member=S1, rule="R12"), Passed(member=S2, rule="S0"))
    for wrong in (all_of[:1], all_of[::-1], ()):
        with pytest.raises(Refused, match="standby_order"):
            then(state, PassedOver(passed=wrong))
    over = then(state, PassedOver(passed=all_of))
    assert not over.standby_due
    with pytest.raises(Refused, match="standby_not_due"):
        then(over, PassedOver(passed=all_of))
    assert then(over, left(B), Role.EXPERT, B).standby_due


def test_a_standby_answers_for_itself_and_is_never_absent() -> None:
    """Accepting twice, another's answer and absence are refused; who is out is out for good."""
    state = waiting(1)
    yes = then(state, Accepted(member=S1), Role.EXPERT, S1)
    assert yes.standing_by()[0].accepted is not None
    for event, role, actor, code in (
        (Accepted(member=S1), Role.EXPERT, S1, "accepted_twice"),
        (Accepted(member=S1), Role.EXPERT, A, "not_yours"),
        (Left(member=S1, why=Out.ABSENT), Role.SYSTEM, "", "recheck_only"),
        (Left(member=S1, why=Out.SILENT), Role.SYSTEM, "", "accepted_before"),
        (Left(member=S1, why=Out.BARRED), Role.SYSTEM, "", "rule_missing"),
        (
            Left(member=S1, why=Out.BARRED, rule="E2", evidence=mark("e"), proof="00"),
            Role.SYSTEM,
            "",
            "proof_of_nothing",
        ),
    ):
        with pytest.raises(Refused, match=code):
            then(yes, event, role, actor)
    out = then(yes, left(S1), Role.EXPERT, S1)
    assert out.standing_by() == ()
    with pytest.raises(Refused, match="not_a_member"):
        then(out, Accepted(member=S1), Role.EXPERT, S1)
    assert S1 in [m.member for m in out.set_aside()]


def test_a_rank_without_anybody_stays_empty() -> None:
    """It is said once, with the rules, and the next rank is due."""
    state = complete()
    event = StandbyMissing(round=2, rank=1, role=0, rules=("R12",))
    assert then(state, event).next_rank == 2
    with pytest.raises(Refused, match="stale"):
        then(state, replace(event, rules=()))


def test_nobody_stands_by_once_scoring_is_closed() -> None:
    """From the close on a stand-by is free, and no seat waits for one."""
    closed = next(s for s in history().states if s.closed)
    standby = Standby(member=S1, role=0, rank=1, round=2, since=NOON)
    assert replace(closed, standbys=(standby,)).standing_by() == ()
