"""What can somebody with the keys forge about who sits where? Each lie in a sample bundle breaks the step of seats."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fixtures.bundles import make
from scheduler.audit import verify
from scheduler.audit.case import Outcome, Pins
from tests.forge import Forgery, Record

FOLDER = Path(make.__file__).parent
Lie = Callable[[Forgery], None]


def told(name: str, lie: Lie) -> list[int]:
    """The steps that are broken when this lie is put into a sample bundle, signed anew by all who hold keys."""
    forgery = Forgery.of((FOLDER / f"{name}.jsonl").read_bytes())
    lie(forgery)
    report = verify(forgery.signed(make.KEYS.log, make.CUSTODIANS), Pins())
    return [f.n for f in report.findings if f.state is Outcome.BROKEN]


def places(which: int, change: Callable[[list[Record]], None]) -> Lie:
    """Other places in one seating: 0 the first draw's, then the promoted stand-by's, then a later draw's."""

    def lie(forgery: Forgery) -> None:
        def to(body: Record) -> Record:
            change(body["places"])
            return body

        forgery.change("seating", to, which)

    return lie


def first(which: int, **facts: object) -> Lie:
    """The first place of a seating says something else."""
    return places(which, lambda body: body[0].update(facts))


def _moved_in_passing(forgery: Forgery) -> None:
    """A later draw gives another workstation to somebody who sits already."""
    there = forgery.exhibit("seating", 0)["body"]["places"][-1]
    places(2, lambda body: body.append(there | {"workstation": 9}))(forgery)


def site(name: str, **facts: object) -> Lie:
    """The request after the members were seated elsewhere says something else of a site."""

    def to(body: Record) -> Record:
        next(each for each in body["sites"] if each["site"] == name).update(facts)
        return body

    return lambda forgery: forgery.change("request", to, 1)


def cause(change: Callable[[Record], object]) -> Lie:
    """What is told of the lost sites says something else."""

    def to(body: Record) -> Record:
        change(body)
        return body

    return lambda forgery: forgery.change("reseating", to)


LIES: dict[str, Lie] = {
    "a promoted stand-by in another city": first(1, site="S-WEST", workstation=9),
    "a promoted stand-by at a site that is not the lot's": first(1, site="S-NOWHERE"),
    "a promoted stand-by nowhere": places(1, list.clear),
    "a drawn member nowhere": places(0, lambda body: body.pop()),
    "a seat for somebody who was not drawn": first(2, member="P-AAAAAAAAAAAAAAAA"),
    "two seats for one": places(1, lambda body: body.append(body[0] | {"workstation": 9})),
    "somebody moved in passing": _moved_in_passing,
}


@pytest.mark.parametrize("lie", LIES)
def test_a_seat_is_given_once_to_who_comes_and_nobody_else_moves(lie: str) -> None:
    """Drawn and promoted members get one seat each at the lot's sites in their own city."""
    assert told("good.standby", LIES[lie]) == [13]


ELSEWHERE: dict[str, Lie] = {
    "more seats at a site that was not lost": site("S-EAST", seats=4),
    "a guest site that becomes a host": site("S-EAST", host=True),
    "another county of a site that was not lost": site("S-HOST", region="340104"),
    "more seats at what stands for the lost site": site("S-NEXT", seats=4),
    "a host that stands for a guest site": site("S-NEXT", host=True),
    "what stands for the lost site in another city": site("S-NEXT", region="340403"),
    "a way told anew between old counties": cause(
        lambda body: body["travel"].append({"one": "340104", "other": "340111", "minutes": 1})
    ),
    "a lost site that is none of the lot's": cause(
        lambda body: body["swaps"].append({"lost": "S-FAR", "to": "S-FAR", "fit": []})
    ),
    "a site lost twice": cause(lambda body: body["swaps"].append(body["swaps"][0])),
}


@pytest.mark.parametrize("lie", ELSEWHERE)
def test_seating_elsewhere_changes_the_lost_site_only_and_brings_no_seats(lie: str) -> None:
    """Whatever else of the request or the pool is told otherwise by the way would steer later rounds."""
    assert 13 in told("good.reseated", ELSEWHERE[lie])
