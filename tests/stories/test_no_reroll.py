"""Nobody gets a second throw: not by rubbish, not by walking away, not by asking again, not by a crash."""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.actor import SYSTEM
from api.demo.people import OPERATOR, SUPERVISOR, TENDEREE, deposits
from api.services import drawing
from api.services.office import open_case
from api.services.releasing import custody_key
from crypto.canonical import digest
from crypto.envelope import key_mark, seal
from crypto.keys import sealing_key
from scheduler.audit import verify
from scheduler.audit.case import Outcome, Pins
from scheduler.errors import Refused
from scheduler.places import deposit_context
from scheduler.release import seeds
from scheduler.ticket import contribution
from tests.tale import Tale
from tests.town import NINE, Town


def rubbish(town: Town, kind: str) -> list[bytes]:
    """The supervisor's deposits for all rounds: sealed to a key of nobody's, or no seed at all."""
    case, found = open_case(town.office, town.lot), []
    for number in range(1, case.state.rounds_allowed + 1):
        public = stranger = custody_key(case, seeds(number)).public
        if kind == "to nobody":
            stranger = sealing_key(digest("nobody", bytes([number]))).public
        bound = deposit_context(town.lot, "supervisor", number)
        made = seal(stranger, "not a seed", bound, town.entropy(32)).envelope
        found.append(made[:6] + key_mark(public, seeds(number)) + made[22:])  # the head says what it should
    return found


@pytest.mark.parametrize("kind", ["to nobody", "no seed"])
def test_who_deposits_rubbish_gains_nothing(town: Town, kind: str) -> None:
    """No round is void: the deposit counts by its hash, fixed when it was pledged, and the verifier agrees."""
    town.book()
    drawing.freeze(town.office, OPERATOR, town.lot)
    for actor in (OPERATOR, TENDEREE):
        drawing.pledge(town.office, actor, town.lot, deposits(town.office, town.lot, actor.role.value))
    sent = rubbish(town, kind)
    drawing.pledge(town.office, SUPERVISOR, town.lot, sent)
    town.clock.move(NINE - timedelta(hours=20))
    town.round()
    town.accept_all()
    town.open_bids()
    town.arrive_all()
    Tale(town).evaluate()
    report = verify(town.bundle(), Pins())
    assert [f.n for f in report.findings if f.state is Outcome.BROKEN] == []
    private = bytes(32)[:-1] + b"\x08"
    bound = deposit_context(town.lot, "supervisor", 1)
    assert contribution(private, sent[0], bound) == digest("yuanping/contribution/rubbish/v1", sent[0])


def test_after_the_pledge_no_party_is_needed_any_more(town: Town) -> None:
    """Lottery, opening and winners come about with the clock and the custodians alone: nobody can withhold."""
    town.book()
    town.prepare()
    drawing.fix(town.office, SYSTEM, town.lot)
    drawing.draw(town.office, SYSTEM, town.lot)
    assert len(town.state.experts()) == 4


def test_the_same_state_is_never_drawn_twice(town: Town) -> None:
    """While a lottery is fixed there is no other; once it is drawn there is nobody left to draw."""
    town.book()
    town.prepare()
    drawing.fix(town.office, OPERATOR, town.lot)
    fixed = town.state.rounds
    with pytest.raises(Refused, match="round_under_way"):
        drawing.fix(town.office, OPERATOR, town.lot)
    assert town.state.rounds == fixed
    drawing.draw(town.office, OPERATOR, town.lot)
    panel = town.state.experts()
    for again, code in ((drawing.draw, "round_not_ready"), (drawing.fix, "panel_full")):
        with pytest.raises(Refused, match=code):
            again(town.office, OPERATOR, town.lot)
    assert town.state.experts() == panel


def test_after_a_crash_the_committed_lottery_is_read_back(town: Town) -> None:
    """Another process draws by what stands in the record: no solver, no second lottery, the very ticket."""
    town.book()
    town.prepare()
    drawing.fix(town.office, OPERATOR, town.lot)
    committed = town.state.rounds[0].lottery
    other = replace(town.office, entropy=lambda n: bytes([7]) * n, threads=2)
    drawing.draw(other, SYSTEM, town.lot)
    assert town.state.rounds[0].lottery == committed
    assert len(town.state.rounds) == 1
