"""Entering the centre with the pool owner's pass: one pseudonym in one lot, once, and nobody is named."""

import base64
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier, BrokenBarrierError

import pytest
from fastapi.testclient import TestClient

from api import clock
from api.demo.people import OPERATOR
from api.pool import passes
from api.pool.far import FarPool
from api.pool.letters import Does
from api.services import entering, opening, recusing
from api.serving import web_of
from api.store.accounts import Account, put_account
from api.views import tasks
from crypto.keys import signing_key
from scheduler.errors import Refused
from scheduler.events import Member
from scheduler.model import LotId, Role
from tests.apart import Apart, apart
from tests.town import LOT, NINE, bidder, found, package


@pytest.fixture
def both(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Apart]:
    """Two houses; the panel is drawn and everybody has accepted at the door."""
    with apart(tmp_path, migrated_sqlite) as houses:
        houses.town.drawn()
        houses.accept_all()
        houses.invite()
        yield houses


def first(both: Apart) -> Member:
    """A drawn member."""
    return both.town.state.experts()[0].member


def pass_of(both: Apart, member: Member) -> str:
    """A fresh pass from the door."""
    return both.house.enter(both.number(member), member)


def test_a_pass_opens_the_experts_pages_as_that_pseudonym(both):
    """The page behind the pass shows the own card; the session holds no register number."""
    member = first(both)
    client = TestClient(web_of(both.town.office), headers={"accept": "text/html"})
    answer = client.post("/enter", data={"pass": pass_of(both, member)})
    assert (answer.status_code, answer.url.path) == (200, "/expert")
    assert member in answer.text
    cookie = client.cookies["yuanping"].split(".")[0]
    session = base64.b64decode(cookie + "=" * (-len(cookie) % 4)).decode()
    assert json.loads(session)["role"] == "expert"
    assert both.number(member) not in session
    assert client.get(f"/expert/tasks/{member}/sheet").status_code == 200


def test_only_the_own_lot_and_pseudonym_are_behind_a_pass(both):
    """Another member's task is as unknown as one that does not exist, and another lot is refused."""
    member, other = first(both), both.town.state.experts()[1].member
    actor = both.enter(member)
    assert [card.task for card, _ in tasks.cards(both.town.office, actor)] == [member]
    for task in (other, Member("P-NOBODYNOBODYNOBO")):
        with pytest.raises(Refused, match="not_found"):
            tasks.scoring(both.town.office, actor, task)
    with pytest.raises(Refused, match="not_found"):
        recusing.withdraw(both.town.office, actor, LotId("OTHER-1"), "x")


def test_a_pass_is_good_once(both):
    """The second use is refused, whoever brings it."""
    text = pass_of(both, first(both))
    entering.enter(both.town.office, text)
    with pytest.raises(Refused, match="pass_over"):
        entering.enter(both.town.office, text)


def test_a_pass_is_good_once_when_it_comes_twice_in_one_moment(database):
    """Both have looked before either has written: on either database one comes in, the other is refused."""
    town, owner, both_looked = found(database).drawn(), signing_key(bytes(range(32))), Barrier(2)
    text = passes.issue(owner, LOT, town.state.experts()[0].member, clock.now(), bytes(16))

    def now():
        with suppress(BrokenBarrierError):  # where writers wait for each other there is never a second one
            both_looked.wait(0.5)
        return clock.now()

    far = FarPool(key=owner, pool=owner.public, carry=lambda *call: (503, b""), now=clock.now)
    office = replace(town.office, far=far, now=now)

    def come():
        try:
            return entering.enter(office, text)[:1]
        except Refused as no:
            return no.code

    with ThreadPoolExecutor(2) as doors:
        came = [each.result() for each in [doors.submit(come), doors.submit(come)]]
    assert sorted(came) == ["pass_over", "~"]


def test_a_pass_is_short_lived(both):
    """Later than its life and the clocks' difference it opens nothing; a future one neither."""
    house, member = both.house, first(both)
    for late in (passes.LIFE + passes.SKEW, -2 * passes.SKEW):
        text = passes.issue(house.sign, LOT, member, clock.now() - late, bytes(16))
        with pytest.raises(Refused, match="pass_over"):
            entering.enter(both.town.office, text)


def test_a_pass_of_another_lot_opens_nothing(both):
    """A lot that is not ours, and a pseudonym that does not sit in the lot: the same refusal."""
    house, member = both.house, first(both)
    for lot, who in ((LotId("OTHER-1"), member), (LOT, Member("P-NOBODYNOBODYNOBO"))):
        text = passes.issue(house.sign, lot, who, clock.now(), bytes(16))
        with pytest.raises(Refused, match="pass_void"):
            entering.enter(both.town.office, text)
    owner = next(m.member for m in both.town.state.members if m.role is None)
    with pytest.raises(Refused, match="pass_void"):  # an owner's representative has a login of the centre's
        entering.enter(both.town.office, passes.issue(house.sign, LOT, owner, clock.now(), bytes(16)))


@pytest.mark.parametrize("text", ["", "x", "AAAA", "é", base64.urlsafe_b64encode(bytes(200)).decode()])
def test_rubbish_is_no_pass(both, text):
    """Whatever it is, it is refused in the same words."""
    with pytest.raises(Refused, match="pass_void"):
        entering.enter(both.town.office, text)


def test_a_pass_signed_by_another_key_opens_nothing(both):
    """The centre's own key does not do either: only the pinned pool owner lets anybody in."""
    member = first(both)
    for key in (signing_key(b"s" * 32), both.town.office.keys.log):
        text = passes.issue(key, LOT, member, clock.now(), bytes(16))
        with pytest.raises(Refused, match="pass_void"):
            entering.enter(both.town.office, text)


def test_a_changed_pass_opens_nothing(both):
    """One character of the text, anywhere."""
    text = pass_of(both, first(both))
    for place in (0, 90, len(text) - 8):
        other = "A" if text[place] != "A" else "B"
        with pytest.raises(Refused, match="pass_void"):
            entering.enter(both.town.office, text[:place] + other + text[place + 1 :])


def test_no_pass_before_the_answer_is_recorded(both):
    """Whoever has declined, or whose answer is on its way, gets none."""
    member = first(both)
    both.says(member, Does.WITHDRAW, "有利害关系")
    with pytest.raises(Refused, match="pass_early"):
        pass_of(both, member)


def test_a_session_by_pass_ends_with_the_day(both):
    """After a shift the centre sends the expert back to the pool owner's page."""
    user = entering.enter(both.town.office, pass_of(both, first(both)))
    both.town.clock.move(both.town.clock.now() + entering.SHIFT + timedelta(minutes=1))
    with pytest.raises(Refused, match="pass_over"):
        entering.bearer(both.town.office, user)


def test_an_experts_password_opens_nothing_at_a_centre_without_the_register(both):
    """Even an account that stands there from before: experts sign in with the pool owner."""
    from api.views.house import House

    office = both.town.office
    old = Account(login="old", role=Role.EXPERT, label="评审专家", demo=True, expert=both.number(first(both)))
    with office.db.transaction() as session:
        put_account(session, old, password="right horse", salt=b"s" * 16)
    house = House(office=office)
    assert house.role_of("old", "right horse") is None
    assert house.demo_role("old") is None
    with pytest.raises(Refused, match="role"):
        house.tasks("old", Role.EXPERT)
    assert House(office=replace(office, far=None)).role_of("old", "right horse") is Role.EXPERT


def test_a_centre_with_the_register_takes_no_pass(both):
    """In one house there is nobody whose pass could count."""
    office = replace(both.town.office, far=None)
    with pytest.raises(Refused, match="pass_void"):
        entering.enter(office, pass_of(both, first(both)))


def test_a_whole_evaluation_goes_on_with_passes(both):
    """Check-in, declaration, scoring: everything an expert does at the centre is done by the pseudonym alone."""
    town, office = both.town, both.town.office
    town.clock.move(NINE.replace(hour=0, minute=15))
    opening.open_bids(office, OPERATOR, LOT, package(*map(bidder, (1, 2, 3))))
    town.arrive_all()
    for each in town.state.experts():
        actor = both.enter(each.member)
        ((card, _),) = tasks.cards(office, actor)
        assert card.bidders
        recusing.declare(office, actor, LOT)
        town.devices[each.member] = replace(town.devices[each.member], actor=actor)
    opening.blind(office, OPERATOR, LOT)
    town.clock.move(NINE)
    town.score_all()
    assert all(m.sheet for m in town.state.current())
    assert set(town.state.declared) == {m.member for m in town.state.experts()}


def test_the_door_leads_to_the_centre_and_nowhere_else(both):
    """The page with the pass posts it to the centre; its policy allows forms to go there only."""
    member = first(both)
    both.login(both.number(member))
    client = TestClient(both.pages, headers={"accept": "text/html"})
    token = re.search(r'name="csrf" value="(\w+)"', client.get("/").text)
    assert token
    user = {"csrf": token.group(1), "user": f"login-{both.number(member)}"}
    page = client.post("/login/demo/expert", data=user)
    token = re.search(r'name="csrf" value="(\w+)"', page.text)
    assert token
    answer = client.post(f"/expert/tasks/{member}/enter", data={"csrf": token.group(1)})
    assert 'action="http://centre.test/enter"' in answer.text
    policy = answer.headers["content-security-policy"]
    assert "form-action 'self' http://centre.test;" in policy
    found = re.search(r'name="pass" value="([^"]+)"', answer.text)
    assert found
    assert found.group(1) not in str(answer.url)
    body = base64.urlsafe_b64decode(found.group(1))[64:]
    assert set(json.loads(body)) == {"lot", "member", "nonce", "until"}
    assert both.number(member) not in body.decode()


def test_a_ground_typed_at_the_centre_may_be_in_any_unicode_form(both):
    """Text copied out of a PDF is recorded like any other: a form of a desk writes it as records take it."""
    member = first(both)
    client = TestClient(web_of(both.town.office), headers={"accept": "text/html"})
    page = client.post("/enter", data={"pass": pass_of(both, member)})
    token = re.search(r'name="csrf" value="(\w+)"', page.text)
    assert token
    sent = {"csrf": token.group(1), "text": "与投标人\uf90a某有亲属关系"}
    assert client.post(f"/expert/tasks/{member}/press/withdraw", data=sent).status_code == 200
    sitting = both.town.state.sitting(member)
    assert sitting is not None
    assert not sitting.sits
