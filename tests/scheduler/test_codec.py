"""Plain values and back: the quick reader takes exactly what the careful one takes."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.codec import Misshapen, from_plain, to_plain
from scheduler.codecread import Unfit, reader


class Colour(StrEnum):
    """A choice."""

    RED = "red"
    BLUE = "blue"


class Pair(NamedTuple):
    """Two texts."""

    one: str
    two: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """A part."""

    count: int
    colours: frozenset[Colour] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    """All that a body is made of."""

    name: str
    inner: tuple[Inner, ...]
    pair: Pair
    fixed: tuple[int, str]
    day: date
    at: datetime
    score: Decimal
    maybe: Inner | None = None
    flag: bool = False


GOOD = Outer(
    name="x",
    inner=(Inner(count=1), Inner(count=2, colours=frozenset(Colour))),
    pair=Pair("a", "b"),
    fixed=(1, "y"),
    day=date(2026, 12, 1),
    at=datetime(2026, 12, 1, 1, tzinfo=UTC),
    score=Decimal("1.50"),
)
PLAIN: dict[str, Any] = to_plain(GOOD)
JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 2), st.text(max_size=3), st.lists(st.integers(), max_size=2)
)


def test_what_was_written_is_read_back() -> None:
    """A whole body, with and without its optional fields."""
    assert from_plain(Outer, PLAIN) == GOOD
    short = {name: value for name, value in PLAIN.items() if name not in ("maybe", "flag")}
    assert from_plain(Outer, short) == GOOD


@given(where=st.sampled_from([*PLAIN, "more"]), what=JUNK, inside=st.booleans())
def test_both_readers_agree_on_everything_else(where: str, what: Any, inside: bool) -> None:
    """Whatever stands somewhere, either both take it as the same, or the careful one says what is wrong."""
    value = {**PLAIN, where: what}
    if inside:
        value = {**PLAIN, "inner": [{"count": 1, where: what}]}
    try:
        quick: Outer | None = reader(Outer)(value)
    except (Unfit, TypeError):
        quick = None
    if quick is None:
        with pytest.raises(Misshapen):
            from_plain(Outer, value)
    else:
        assert to_plain(quick) == {**to_plain(GOOD), **value, "inner": to_plain(quick)["inner"]}


@pytest.mark.parametrize(
    ("field", "value"),
    [("day", "2026-1-1"), ("at", "2026-12-01T01:00:00Z"), ("score", "x"), ("flag", 1), ("name", None)],
)
def test_one_value_has_one_spelling(field: str, value: Any) -> None:
    """Another spelling is refused, with the place where it stands."""
    with pytest.raises(Misshapen, match=f"/{field}"):
        from_plain(Outer, {**PLAIN, field: value})
