"""S5 Who opens the seeds of the sites? A custodian's agent by its own judgement, and only for the committed choices."""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.demo.people import OPERATOR
from api.services import booking, ceremonies, siting
from api.store.journal import history
from crypto.seats import Own
from scheduler.agent import Memory, decide
from scheduler.answers import Asked, Declined, Released, Trust
from scheduler.attested import Signed
from scheduler.pack import load
from scheduler.release import SITES
from tests.stories.test_s05_guest_sites import booked, by_lot


@pytest.fixture
def ready(town):
    """Booked under L2, pool frozen, every seed deposited."""
    booked(by_lot(town)).prepare()
    return town


def answer(town, memory=None):
    """What the supervisor's agent says when the centre asks for the key of the sites now."""
    keys = town.office.keys
    own = next(each for each in keys.custodians if each.name == "supervisor")
    pins = {each.name: (bytes.fromhex(each.sign), bytes.fromhex(each.seal)) for each in keys.known}
    trust = Trust(log=keys.log.public, custodians=pins, dealt_too=True)
    with town.office.db.reading() as session:
        shown = [Signed(entry=e, signature=s) for e, s in history(session, town.lot)]
    me = Own(name=own.name, sign=own.sign, seal=own.seal, seed=bytes(32))
    asked = Asked(lot=town.lot, key=SITES)
    return decide(me, trust, memory or Memory(), asked, shown, town.office.now() + timedelta(minutes=1))


def test_no_seed_of_the_sites_is_opened_before_the_choices_are_committed(ready):
    """Asked too early the agent declines; against the committed choices it releases; once drawn, nothing more."""
    memory, early = answer(ready)
    assert isinstance(early, Declined)
    assert early.code == "key_too_early"
    siting.fix_sites(ready.office, OPERATOR, ready.lot)
    memory, granted = answer(ready, memory)
    assert isinstance(granted, Released)
    assert granted.against == ready.state.sites.choices
    siting.draw_sites(ready.office, OPERATOR, ready.lot)
    _, late = answer(ready, memory)
    assert isinstance(late, Declined)
    assert late.code == "key_opened_before"


def test_where_custodians_make_keys_there_is_one_for_the_sites(town):
    """Ceremonies are planned for the key of the sites exactly where the pack may ask for a draw."""
    ceremonies.stock(replace(town.office, pack=load("national")), 1)
    assert SITES not in {each.plan.key_id for each in ceremonies.bulletins(town.office)}
    ceremonies.stock(by_lot(town).office, 1)
    assert SITES in {each.plan.key_id for each in ceremonies.bulletins(town.office)}


def test_a_lot_whose_sites_the_operator_chose_has_no_such_key(town):
    """Nothing could be opened that was never made."""
    town.book()
    assert SITES not in {body["key_id"] for body in town.state.keys}
    assert booking.rule_of({}) is None
