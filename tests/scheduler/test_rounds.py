"""After any rounds: which seats are open, who stays, who is out?"""

import pytest

from scheduler.errors import Refused
from scheduler.model import Seats
from scheduler.rounds import Answer, Round, next_case, promoted, standing
from scheduler.rules import limits, numbers_of
from tests.scheduler.worlds import case, choice, expert

POOL = [expert(name, employer=f"o{i // 2}") for i, name in enumerate("abcdefgh")]
CASE = case(POOL, [("A", 2), ("A01", 1)], recused=frozenset({"h"}))
FIRST = Round(
    number=1,
    drawn=(choice("a"), choice("c"), choice("e", "A01")),
    answers={"a": Answer.ACCEPTED, "c": Answer.DECLINED, "e": Answer.SILENT},
)


def test_who_accepted_stays_and_who_declined_or_kept_silent_is_out():
    """One accepted, one declined, one silent: two seats are open, of both codes."""
    now = standing(CASE, [FIRST])
    assert now.kept == (choice("a"),)
    assert now.out == {"c", "e"}
    assert now.open == (Seats(speciality="A", count=1), Seats(speciality="A01", count=1))
    assert not now.complete


def test_an_unanswered_seat_is_neither_open_nor_kept():
    """Who has not answered holds the seat until the time is over."""
    now = standing(CASE, [Round(number=1, drawn=FIRST.drawn, answers={"a": Answer.ACCEPTED})])
    assert now.waiting == (choice("c"), choice("e", "A01"))
    assert now.open == ()
    assert not now.complete


def test_the_next_round_keeps_the_accepted_and_recuses_the_rest():
    """The next case is the same lot with kept members and the refusals under R0; the pool does not shrink."""
    case2 = next_case(CASE, [FIRST], max_rounds=12)
    assert case2.kept == (choice("a"),)
    assert case2.recused == {"c", "e", "h"}
    assert case2.pool == CASE.pool


def test_rounds_end_when_every_seat_is_accepted():
    """A complete panel has no next round."""
    second = Round(
        number=2,
        drawn=(choice("b"), choice("d", "A01")),
        answers={"b": Answer.ACCEPTED, "d": Answer.ACCEPTED},
    )
    assert standing(CASE, [FIRST, second]).complete
    with pytest.raises(Refused, match="rounds_done"):
        next_case(CASE, [FIRST, second], max_rounds=12)


def test_a_seat_opens_again_when_its_member_is_recused_or_does_not_come():
    """The later word counts: absence and recusal after acceptance open the seat."""
    for answer in (Answer.RECUSED, Answer.ABSENT):
        again = Round(number=1, drawn=FIRST.drawn, answers={**FIRST.answers, "a": answer})
        assert standing(CASE, [again]).out == {"a", "c", "e"}
        assert next_case(CASE, [again], max_rounds=12).kept == ()


def test_no_round_before_everyone_answered_or_beyond_the_packs_number():
    """Open answers and the pack's number hold a round back; the supervisor may lift the latter."""
    with pytest.raises(Refused, match="rounds_waiting"):
        next_case(CASE, [Round(number=1, drawn=FIRST.drawn)], max_rounds=12)
    with pytest.raises(Refused, match="max_rounds"):
        next_case(CASE, [FIRST], max_rounds=1)
    assert next_case(CASE, [FIRST], max_rounds=2)
    assert next_case(CASE, [FIRST], max_rounds=1, approved=True)


@pytest.mark.parametrize(
    "rounds",
    [
        [Round(number=2, drawn=())],
        [FIRST, Round(number=2, drawn=(choice("c"),))],
        [FIRST, Round(number=2, drawn=(choice("a"),))],
        [Round(number=1, drawn=(choice("a"), choice("a", "A01")))],
        [Round(number=1, drawn=(choice("a"), choice("b"), choice("c")))],
        [Round(number=1, drawn=(choice("a", "B"),))],
    ],
)
def test_rounds_that_cannot_have_happened_are_refused(rounds):
    """Misnumbered, drawn again, drawn twice, more than the seats, or a seat nobody asked for."""
    with pytest.raises(Refused, match="rounds"):
        standing(CASE, rounds)


def test_a_stand_by_takes_an_open_seat_only_where_the_panel_stays_lawful():
    """The colleague of a kept member is skipped, the next in order completes the panel."""
    rows = limits(CASE, numbers_of(same_employer_max=1))
    kept = Round(
        number=1,
        drawn=FIRST.drawn,
        answers={"a": Answer.ACCEPTED, "c": Answer.DECLINED, "e": Answer.ACCEPTED},
    )
    reserve = Round(number=2, drawn=(choice("b"), choice("d")), standby=True)
    now = standing(CASE, [kept, reserve])
    assert now.open == (Seats(speciality="A", count=1),)
    assert promoted(rows, now, reserve.drawn) == (choice("d"),)
    used = Round(
        number=2,
        drawn=reserve.drawn,
        standby=True,
        promoted=frozenset({"d"}),
        answers={"d": Answer.ACCEPTED},
    )
    assert standing(CASE, [kept, used]).complete


def test_a_stand_by_that_leaves_a_minimum_unmet_does_not_fill_the_last_seat():
    """The off-site minimum counts once the panel would be full."""
    pool = [expert("a"), expert("b"), expert("x", region="340201")]
    world = case(pool, [("A", 2)])
    rows = limits(world, numbers_of(offsite_min=1))
    first = Round(number=1, drawn=(choice("a"),), answers={"a": Answer.ACCEPTED})
    assert promoted(rows, standing(world, [first]), [choice("b"), choice("x")]) == (choice("x"),)
