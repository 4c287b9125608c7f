"""Does odd content, hashed and signed by somebody with all keys, ever trip the verifier?"""

import copy
from contextlib import suppress
from typing import Any

import pytest

from crypto.stream import Stream
from scheduler.audit import verify
from scheduler.audit.case import Outcome, Pins
from scheduler.bundle import Unreadable
from tests.forge import Forgery
from tests.tale import Tale, fresh
from tests.town import keyring

LOG = keyring().log
CUSTODIANS = {each.name: each.sign for each in keyring().custodians}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Forgery:
    """A full bundle in pieces."""
    with fresh(tmp_path_factory.mktemp("odd")) as town:
        return Forgery.of(Tale(town).tell().bundle())


ODD: tuple[Any, ...] = (None, -1, 0, "", "x" * 300, [], {}, True, "ff" * 32, "2026-12-01T00:00:00", 2**52)


def _places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every leaf."""
    if isinstance(value, dict | list) and value:
        steps = value.items() if isinstance(value, dict) else enumerate(value)
        return [place for name, inner in steps for place in _places(inner, (*at, name))]
    return [at]


@pytest.mark.parametrize("part", ["entries", "exhibits", "header", "manifest"])
def test_odd_content_is_never_a_traceback(whole: Forgery, part: str) -> None:
    """Any leaf replaced by something odd, all signed anew: a report or `unreadable`, never another exception."""
    chance = Stream(b"odd" + part.encode().ljust(29))
    places = _places(getattr(whole, part))
    for _ in range({"entries": 60, "exhibits": 30}.get(part, 10)):
        forgery = copy.deepcopy(whole)
        *way, last = places[chance.below(len(places))]
        inner = getattr(forgery, part)
        for name in way:
            inner = inner[name]
        inner[last] = ODD[chance.below(len(ODD))]
        with suppress(Unreadable):
            verify(forgery.signed(LOG, CUSTODIANS), Pins())


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("Booked", "starts", "yesterday"),
        ("Booked", "starts", "2026-12-01T01:00:00"),
        ("Booked", "ends", "2026-12-01T01:00:00Z"),
        ("Booked", "ends", "2020-12-01T01:00:00+00:00"),
        ("KeysDealt", "keys", []),
        ("KeyOpened", "key", "anything"),
    ],
)
def test_hostile_values_are_refused_by_replay(whole: Forgery, kind: str, field: str, value: object) -> None:
    """Moments without zone or in another spelling, and keys nobody dealt, break step 3 and trip nothing."""
    forgery = copy.deepcopy(whole)
    forgery.event(kind)[field] = value
    report = verify(forgery.signed(LOG, CUSTODIANS), Pins())
    assert report.findings[2].state is Outcome.BROKEN


@pytest.mark.parametrize("field", ["max_rounds", "reserve"])
def test_a_booking_of_countless_rounds_is_refused_at_its_keys(whole: Forgery, field: str) -> None:
    """Nothing is counted out that no key stands for: a booking cannot fill the reader's memory."""
    forgery = copy.deepcopy(whole)
    forgery.event("Booked")[field] = 2**52
    report = verify(forgery.signed(LOG, CUSTODIANS), Pins())
    assert "keys_missing" in report.findings[2].says.en


@pytest.mark.parametrize(
    ("part", "field"), [("draw", "silence_minutes"), ("draw", "max_lead_hours"), ("times", "absent_minutes")]
)
def test_a_time_longer_than_any_calendar_breaks_the_step_of_the_pack(
    whole: Forgery, part: str, field: str
) -> None:
    """A pack with a number that no clock can count is told as broken."""

    def to(body: dict[str, Any]) -> dict[str, Any]:
        body["pack"][part][field] = 2**52
        return body

    forgery = copy.deepcopy(whole)
    forgery.change("pack", to)
    assert verify(forgery.signed(LOG, CUSTODIANS), Pins()).findings[4].state is Outcome.BROKEN


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("event", ["Booked"]),
        ("v", True),
        ("v", 2),
        ("at", "2026-12-01T00:00:00"),
        ("lot", 7),
        ("role", []),
    ],
)
def test_an_entry_has_one_spelling(whole: Forgery, field: str, value: object) -> None:
    """True for 1, a list for a name, a moment without zone: no entry, hence no bundle."""
    forgery = copy.deepcopy(whole)
    forgery.entries[3][field] = value
    with pytest.raises(Unreadable):
        verify(forgery.signed(LOG, CUSTODIANS), Pins())


def test_a_left_out_default_is_another_spelling(whole: Forgery) -> None:
    """A field that could be guessed must still be written: one entry has one form."""
    forgery = copy.deepcopy(whole)
    del forgery.event("Scored")["previous"]
    with pytest.raises(Unreadable):
        verify(forgery.signed(LOG, CUSTODIANS), Pins())
