"""What the verifier makes of a lot that was drawn beside others: limits kept, strangers and idle claims found."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from api.services import competing, ticking
from api.services.office import Dossier, Office
from scheduler.audit import verify
from scheduler.audit.case import Outcome, Pins
from scheduler.bundle import BundleKind
from scheduler.exhibits import Elsewhere
from tests.competing import ONE, TWO, book, draw, ready
from tests.forge import Forgery
from tests.tale import Tale, fresh
from tests.town import keyring

KEYS = keyring()
CUSTODIANS = {each.name: each.sign for each in KEYS.custodians}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[BundleKind, bytes]]:
    """The bundles of a lot beside another one that was drawn between its freeze and its draw."""
    with fresh(tmp_path_factory.mktemp("competing")) as town:
        town.book()
        book(town, TWO)
        ready(town, ONE, TWO)
        draw(town.office, TWO)
        Tale(town).from_the_draw()
        yield {kind: town.bundle(kind) for kind in BundleKind}


@pytest.fixture
def data(files: dict[BundleKind, bytes]) -> bytes:
    """The full bundle."""
    return files[BundleKind.FULL]


def broken(data: bytes) -> dict[int, str]:
    """Number and words of the broken steps."""
    report = verify(data, Pins(log=KEYS.log.public), fairness=True)
    return {f.n: f.says.en for f in report.findings if f.state is Outcome.BROKEN}


def test_the_limits_of_other_lots_are_counted_and_their_ground_is_named(data: bytes) -> None:
    """Every lottery keeps E5d; the report says that who sits elsewhere rests on the centre's word."""
    report = verify(data, Pins(log=KEYS.log.public), fairness=True)
    assert report.holds
    said = next(f.says.en for f in report.findings if f.n == 9)
    assert "beside 1 overlapping lots" in said
    assert "rests on the centre's word" in said


def _not_of_the_pool(body: dict[str, Any]) -> None:
    body["seated"] = sorted([*body["seated"], "P-NOBODY"])


def _no_rival(body: dict[str, Any]) -> None:
    body["rivals"] = []


def _nobody_waits(body: dict[str, Any]) -> None:
    body["spared"] = [{"people": body["seated"], "most": 1}]


def _limits_nobody(body: dict[str, Any]) -> None:
    body["rivals"][0]["waits"] = True
    body["spared"] = [{"people": body["seated"], "most": len(body["seated"])}]


def _of_another_round(body: dict[str, Any]) -> None:
    body["round"] = 2


CLAIMS: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "somebody outside the pool": (_not_of_the_pool, "not in the pool"),
    "no other lot": (_no_rival, "other lots are doubled"),
    "places kept for nobody": (_nobody_waits, "no other lot waits"),
    "a limit that limits nobody": (_limits_nobody, "limits nobody"),
    "what was told for another round": (_of_another_round, "told for round 2"),
}


@pytest.mark.parametrize("claim", CLAIMS)
def test_an_idle_claim_about_other_lots_breaks_the_step_of_lawful_panels(data: bytes, claim: str) -> None:
    """Even signed anew by everybody, what no honest centre writes is found."""
    change, says = CLAIMS[claim]
    forgery = Forgery.of(data)

    def to(body: dict[str, Any]) -> dict[str, Any]:
        change(body)
        return body

    forgery.change("elsewhere", to)
    assert says in broken(forgery.signed(KEYS.log, CUSTODIANS))[9]


def test_somebody_drawn_although_said_to_sit_elsewhere_is_found(data: bytes) -> None:
    """A lottery that seats a person whom its own exhibit says to be taken breaks E5d."""
    forgery = Forgery.of(data)
    drawn = forgery.event("Drawn")["members"][0]["member"]

    def to(body: dict[str, Any]) -> dict[str, Any]:
        body["seated"] = sorted([*body["seated"], drawn])
        return body

    forgery.change("elsewhere", to)
    assert "E5d" in broken(forgery.signed(KEYS.log, CUSTODIANS))[9]


def test_the_public_bundle_shows_nothing_of_other_lots(files: dict[BundleKind, bytes]) -> None:
    """What is told of other lots is for the supervisor alone; the public reads its digest."""
    public = Forgery.of(files[BundleKind.PUBLIC])
    assert "elsewhere" not in {each["name"] for each in public.exhibits}
    assert all(len(public.event("LotteryFixed", n)["elsewhere"]) == 64 for n in range(3))
    assert TWO not in files[BundleKind.PUBLIC].decode()


def test_a_rank_left_empty_for_other_lots_sake_is_held_to_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A centre that wants no stand-by says that everybody who could be one sits elsewhere, and names no such lot."""

    def lying(office: Office, session: Session, dossier: Dossier, *_: Any) -> Iterator[Elsewhere]:
        sitting = {m.member for m in dossier.state.experts()}
        others = sorted({leaf.expert.id for leaf in dossier.snapshot.leaves} - sitting)
        yield Elsewhere(round=len(dossier.state.rounds) + 1, rivals=(), seated=tuple(others), spared=())

    with fresh(tmp_path) as town:
        draw = replace(town.office.pack.draw, reserve=1)
        town.office = replace(town.office, pack=replace(town.office.pack, draw=draw))
        town.drawn()
        monkeypatch.setattr(competing, "told", lying)
        ticking.tick(town.office)
        assert town.state.ranks_empty == (1,)
        town.accept_all()
        town.open_bids()
        town.arrive_all()
        Tale(town).evaluate()
        assert "other lots are doubled" in broken(town.bundle())[9]
