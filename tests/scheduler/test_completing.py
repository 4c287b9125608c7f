"""Stand-bys are counted, not chosen: who may back a seat, and who is promoted, against trying everything."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.check import breaches
from scheduler.completing import backing, choose, lottery_of, vacated
from scheduler.lottery import from_body
from scheduler.model import Choice, ExpertId, SpecialityCode
from scheduler.rules import limits, numbers_of
from tests.scheduler import plain, small, worlds

A, B = SpecialityCode("A"), SpecialityCode("B")
CAPS = numbers_of(same_employer_max=1, same_region_max=2)
PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["A01", "B01", "A01 B01"]),
        st.integers(0, 3),
        st.sampled_from(["340101", "340102", "340203"]),
    ),
    min_size=4,
    max_size=9,
)


def world(people):
    """A case over these people, complete with its first lawful panel; None where there is none."""
    pool = [
        worlds.expert(f"e{i}", specialities=tuple(codes.split()), employer=f"o{employer}", region=region)
        for i, (codes, employer, region) in enumerate(people)
    ]
    case = worlds.case(pool, [(A, 2), (B, 1)])
    panel = next(small.panels(case, CAPS), None)
    return None if panel is None else replace(case, kept=panel)


def of_pack(case):
    """Every limit of the caps."""
    return limits(case, CAPS)


@settings(max_examples=60, deadline=None)
@given(PEOPLE)
def test_exactly_they_may_stand_by_who_complete_the_panel_for_somebody(people) -> None:
    """Everybody tried in the place of every member: in is who fits at least once, and the others have a rule."""
    case = world(people)
    if case is None:
        return
    found = backing(case, A, of_pack)
    sitting = {c.expert for c in case.kept}
    for expert in case.pool:
        able = any(code.startswith("A") for code in expert.specialities) and expert.id not in sitting
        fits = False
        for gone in case.kept:
            if able and gone.speciality == A:
                without = vacated(case, gone)
                panel = (*without.kept, Choice(expert=expert.id, speciality=A))
                fits = fits or not plain.broken(without, CAPS, panel)
        assert (expert.id in found.people) == fits
        assert (expert.id in found.excluded) == (able and not fits)


@settings(max_examples=60, deadline=None)
@given(PEOPLE, st.permutations(range(9)))
def test_the_first_in_rank_order_who_completes_the_panel_is_promoted(people, order) -> None:
    """Whoever is before the one promoted breaks the named rule, and nobody is skipped who fits."""
    case = world(people)
    if case is None:
        return
    gone = case.kept[0]
    left = vacated(case, gone)
    sitting = {c.expert for c in case.kept}
    ranked = [case.pool[i] for i in order if i < len(case.pool) and case.pool[i].id not in sitting]
    waiting = [Choice(expert=e.id, speciality=A) for e in ranked if e.specialities[0].startswith("A")]
    rows = of_pack(left)
    chosen = choose(left, rows, waiting)
    fit = [each for each in waiting if not plain.broken(left, CAPS, (*left.kept, each))]
    assert list(chosen.members) == fit[:1]
    before = waiting[: waiting.index(fit[0])] if fit else waiting
    assert [who for who, _ in chosen.passed] == [each.expert for each in before]
    for who, rule in chosen.passed:
        broken = breaches(rows, (*left.kept, Choice(expert=who, speciality=A)))
        assert rule in {breach.limit.rule for breach in broken}


def test_two_open_seats_take_the_first_two_who_fit_together() -> None:
    """Neither of one employer beside the other: the second in rank gives way to the third."""
    pool = [
        worlds.expert(f"e{i}", specialities=("A01",), employer=f"o{max(i, 1)}", region=f"34010{i + 1}")
        for i in range(5)
    ]
    case = worlds.case(pool, [(A, 3)], kept=(Choice(expert=ExpertId("e4"), speciality=A),))
    waiting = [Choice(expert=ExpertId(f"e{i}"), speciality=A) for i in (0, 1, 2)]  # e0 and e1 work together
    rows = of_pack(case)
    chosen = choose(case, rows, waiting)
    assert [c.expert for c in chosen.members] == ["e0", "e2"]
    assert chosen.passed == ((ExpertId("e1"), "S0"),)
    assert choose(case, rows, waiting[:2]).members == ()


def test_everybody_who_may_stand_by_has_the_same_chance() -> None:
    """One class, one panel, and a body that is read back as it was."""
    pool = [worlds.expert(f"e{i}", specialities=("A01",), employer=f"o{i}") for i in range(6)]
    kept = tuple(Choice(expert=ExpertId(f"e{i}"), speciality=A) for i in (0, 1))
    case = worlds.case(pool, [(A, 2)], kept=kept)
    lottery = lottery_of(backing(case, A, of_pack), case, [A], 0)
    assert set(lottery.chances().values()) == {lottery.bound}
    assert from_body(lottery.to_body()) == lottery
    assert {c.expert for c in lottery.winner(bytes(32))} > {"e0", "e1"}
