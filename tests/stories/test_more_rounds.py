"""More rounds than the pack gives: refused to everybody until the supervisor signs, then with fresh seeds."""

from dataclasses import replace

import pytest

from api.actor import SYSTEM
from api.demo.people import OPERATOR, SUPERVISOR, TENDEREE, deposits
from api.services import attending, depositing, drawing, lengthening
from api.services.ticking import tick
from api.views.lots import waits_for
from api.views.operator import Next
from api.views.transcripts import transcript
from scheduler.audit import verify
from scheduler.audit.case import Pins
from scheduler.errors import Refused
from tests.tale import Tale
from tests.town import Town


@pytest.fixture
def spent(town: Town) -> Town:
    """A pack of one round, drawn; one member has declined."""
    pack = town.office.pack
    town.office = replace(town.office, pack=replace(pack, draw=replace(pack.draw, max_rounds=1)))
    town.drawn()
    first = town.state.experts()[0].member
    attending.decline(town.office, town.person(first), town.lot)
    return town


def deposit_all(town: Town) -> None:
    """Every party once more."""
    for actor in (OPERATOR, TENDEREE, SUPERVISOR):
        drawing.pledge(town.office, actor, town.lot, deposits(town.office, town.lot, actor.role.value))


def test_nobody_draws_beyond_the_packs_number(spent: Town) -> None:
    """Neither the operator nor the clock; the supervisor's page offers to sign."""
    with pytest.raises(Refused, match="max_rounds"):
        drawing.fix(spent.office, OPERATOR, spent.lot)
    assert tick(spent.office) == ()
    assert transcript(spent.office, spent.lot).extend == 1


@pytest.mark.parametrize("actor", [OPERATOR, TENDEREE, SYSTEM])
def test_only_the_supervisor_signs(spent: Town, actor) -> None:
    """Whoever wants a certain person cannot give themselves more turns."""
    with pytest.raises(Refused, match="role"):
        lengthening.extend(spent.office, actor, spent.lot, 1, "仍缺一席")


@pytest.mark.parametrize(
    ("rounds", "reason", "code"),
    [(1, "  ", "reason_missing"), (0, "缺席", "rounds_many"), (2, "缺席", "rounds_many")],
)
def test_a_signature_needs_a_reason_and_a_number(spent: Town, rounds: int, reason: str, code: str) -> None:
    """No reason, no round, or more at a time than the pack itself gives."""
    with pytest.raises(Refused, match=code):
        lengthening.extend(spent.office, SUPERVISOR, spent.lot, rounds, reason)


def test_no_more_rounds_while_some_are_left(town: Town) -> None:
    """The pack's own rounds come first."""
    town.drawn()
    attending.decline(town.office, town.person(town.state.experts()[0].member), town.lot)
    with pytest.raises(Refused, match="rounds_left"):
        lengthening.extend(town.office, SUPERVISOR, town.lot, 1, "缺席")


def test_a_signed_round_needs_fresh_seeds_of_every_party(spent: Town) -> None:
    """Old deposits do not reach the new round; without one party's seeds nothing is fixed."""
    lengthening.extend(spent.office, SUPERVISOR, spent.lot, 1, "仍缺一席，名单充足")
    assert waits_for(spent.state) is Next.PLEDGE
    assert len(depositing.missing(spent.state)) == 3
    drawing.pledge(spent.office, OPERATOR, spent.lot, deposits(spent.office, spent.lot, "operator"))
    with pytest.raises(Refused, match="seeds_missing"):
        drawing.fix(spent.office, OPERATOR, spent.lot)
    with pytest.raises(Refused, match="party_twice"):
        drawing.pledge(spent.office, OPERATOR, spent.lot, [])


def test_the_verifier_tells_of_the_signed_rounds(spent: Town) -> None:
    """Two more rounds, one for who declined and one for who is recused: the whole evaluation holds."""
    tale = Tale(spent)
    lengthening.extend(spent.office, SUPERVISOR, spent.lot, 1, "仍缺一席")
    deposit_all(spent)
    tick(spent.office)
    assert len(spent.state.rounds) == 2
    spent.accept_all()
    tale.open_bids()
    lengthening.extend(spent.office, SUPERVISOR, spent.lot, 1, "开标后回避")
    deposit_all(spent)
    tale.round()
    spent.accept_all()
    spent.arrive_all()
    tale.evaluate()
    report = verify(spent.bundle(), Pins(log=spent.office.keys.log.public))
    assert report.holds
    assert "2 rounds beyond the pack's 1" in report.findings[2].says.en
