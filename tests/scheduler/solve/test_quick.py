"""A lot filled at a glance is filled lawfully, and spares as many as the exact way would."""

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.model import Choice
from scheduler.rules import limits, numbers_of
from scheduler.solve.collapse import collapse
from scheduler.solve.quick import Quick
from scheduler.solve.ways import panel_of
from tests.scheduler import plain, worlds

CAPS = numbers_of(same_employer_max=1, same_region_max=2, offsite_min=1)
PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["A01", "B01", "A01 B01"]),
        st.integers(0, 3),
        st.sampled_from(["340101", "340102", "340203"]),
        st.sampled_from(["free", "barred", "dear"]),
    ),
    min_size=3,
    max_size=10,
)


@settings(max_examples=150, deadline=None)
@given(PEOPLE)
def test_what_is_found_at_a_glance_is_lawful_and_spares_as_many(people) -> None:
    """Against the exact programme: never a panel where there is none, never more of the dear than need be."""
    pool = [
        worlds.expert(f"e{i}", specialities=tuple(codes.split()), employer=f"o{employer}", region=region)
        for i, (codes, employer, region, _) in enumerate(people)
    ]
    case = worlds.case(pool, [("A", 2), ("B", 1)])
    marks = {expert.id: mark for expert, (*_, mark) in zip(pool, people, strict=True)}
    barred = frozenset(who for who, mark in marks.items() if mark == "barred")
    dear = frozenset(who for who, mark in marks.items() if mark == "dear")
    world = collapse(case, limits(case, CAPS))
    exact, quick = panel_of(world, barred, dear), Quick.of(world).panel(barred, dear)
    if quick is None:
        return
    assert exact is not None
    assert quick.isdisjoint(barred)
    assert len(quick & dear) == len(exact & dear)
    assert any(not plain.broken(case, CAPS, panel) for panel in _seatings(quick))


def _seatings(people):
    """Every way to seat three people in two seats of A and one of B."""
    for one in people:
        a = tuple(Choice(expert=who, speciality="A") for who in sorted(people) if who != one)
        yield (*a, Choice(expert=one, speciality="B"))


def test_a_lot_with_people_enough_needs_no_programme() -> None:
    """Plenty of people of different employers: found at a glance, without any of the dear."""
    pool = [
        worlds.expert(f"e{i:02}", specialities=("A01",), employer=f"o{i}", region="340203") for i in range(20)
    ]
    case = worlds.case(pool, [("A", 5)])
    numbers = numbers_of(same_employer_max=1)
    world = collapse(case, limits(case, numbers))
    dear = frozenset(f"e{i:02}" for i in range(10))
    found = Quick.of(world).panel(frozenset({"e19"}), dear)
    assert found is not None
    assert found <= {f"e{i}" for i in range(10, 19)}
