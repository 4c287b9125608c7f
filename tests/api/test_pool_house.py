"""The pool owner in another process: the same answers over the line, nobody else answered, and a centre whose
stolen database and keys name nobody."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from api import clock
from api.actor import Actor
from api.demo.people import OPERATOR
from api.loglines import lines
from api.pool.app import Owner, pool_app
from api.pool.doorway import OwnHouse
from api.pool.far import FarPool
from api.pool.house import Inquiry, Marked, Panel, Question
from api.pool.local import LocalPool
from api.pool.wire import ASKED
from api.services import auditing, revealing, ticking
from api.store.tables import ExpertRow, OrganisationRow
from api.views.tasks import cards
from crypto.keys import signing_key, subseed
from scheduler.audit import verify
from scheduler.audit.command import read_trust
from scheduler.errors import Refused
from scheduler.events import Member
from scheduler.model import LotId, OrgTag, Role, SpecialityCode
from tests.apart import POOL_SEED, apart, line
from tests.town import (
    EXPERTS,
    LOT,
    NINE,
    SEED,
    TENDEREE,
    Town,
    company,
    expert_name,
    keyring,
    register,
)


@pytest.fixture
def houses(migrated_sqlite: Path, tmp_path: Path) -> Iterator[tuple[Town, OwnHouse, FarPool]]:
    """A centre without people, the pool owner's register in a database of its own, and the line between them."""
    with apart(tmp_path, migrated_sqlite) as both:
        yield both.town, both.house, both.far


def panel(house: OwnHouse, number: str) -> Panel:
    """Another lot at the same time, on whose panel this one person sits."""
    lot = LotId("OTHER-1")
    (member,) = house.marks([Question(lot=lot, person=number)])
    (tenderee,) = house.tags(lot, [TENDEREE.code])
    return Panel(lot=lot, members=(member,), day=NINE.date(), tenderee=tenderee, overlaps=True, lately=True)


def test_over_the_line_every_question_has_the_answer_the_register_gives(houses):
    """Marks, tags, people and who sits elsewhere are the same whether asked beside the register or far away."""
    _, house, far = houses
    number = register().experts[4].expert
    (tenderee,) = house.tags(LOT, [TENDEREE.code])
    asked = Inquiry(
        lot=LOT,
        on=NINE.date(),
        specialities=(SpecialityCode("A0601"), SpecialityCode("A0402")),
        tenderee=tenderee,
        panels=(panel(house, number),),
    )
    questions = [Question(lot=LOT, person=number), Question(lot=LotId("OTHER-1"), person="owner-1")]
    assert far.people(asked) == house.people(asked)
    assert far.marks(questions) == house.marks(questions)
    assert far.tags(LOT, ["", TENDEREE.code]) == house.tags(LOT, ["", TENDEREE.code])
    other = [Marked(lot=each.lot, members=each.members) for each in asked.panels]
    assert far.same_people(LOT, other) == house.same_people(LOT, other) == (house.marks(questions[:1]),)


def test_who_sits_elsewhere_is_busy_and_has_sat_for_the_same_tenderee(houses):
    """The one person on the other panel is busy, with a day for this tenderee; everybody else is free."""
    _, house, far = houses
    number = register().experts[4].expert
    (tenderee,) = house.tags(LOT, [TENDEREE.code])
    asked = Inquiry(lot=LOT, on=NINE.date(), tenderee=tenderee, panels=(panel(house, number),))
    (mark,) = house.marks([Question(lot=LOT, person=number)])
    engaged = {e.id: [each.same_tenderee for each in e.past] for e in far.people(asked).experts if e.busy}
    assert engaged == {mark: [True]}
    later = replace(asked, panels=(replace(asked.panels[0], overlaps=False, lately=False),))
    assert not any(e.busy or e.past for e in far.people(later).experts)


def test_an_evaluation_goes_from_booking_to_audit_with_the_register_away(houses):
    """The centre holds no expert and no organisation, and the bundle still verifies to the last step."""
    town, _, _ = houses
    town.drawn().blinded()
    town.score_all()
    ticking.tick_case(town.office, LOT)
    revealing.reveal(town.office, OPERATOR, LOT)
    revealing.report(town.office, OPERATOR, LOT)
    with town.office.db.reading() as session:
        assert session.exec(select(ExpertRow)).first() is None
        assert session.exec(select(OrganisationRow)).first() is None
    report = verify(town.bundle(), read_trust(auditing.trust_of(town.office.keys)))
    assert report.holds
    assert not [f for f in report.findings if f.state.value == "broken"]


def test_the_centres_stolen_database_names_no_expert_and_links_nobody(houses, tmp_path):
    """In no phase do name, number, telephone or employer of anybody lie in the centre's files, and its keys make
    other marks than the pool owner's."""
    town, house, _ = houses
    planted = [expert_name(n).encode() for n in range(1, EXPERTS + 1)]
    planted += [company(n).code.encode() for n in range(1, EXPERTS + 1)]
    planted += [e.expert.encode() for e in register().experts] + [
        e.phone.encode() for e in register().experts
    ]
    for beat in (town.book, town.prepare, town.round, town.blinded, town.score_all):
        beat()
        stolen = b"".join(p.read_bytes() for p in sorted(tmp_path.glob("centre.db*")))
        assert not [text for text in planted if text in stolen]
    keys = town.office.keys
    thief = LocalPool(db=town.office.db, key=keys.pool, personal=keys.personal, entropy=bytes)
    everybody = [Question(lot=LOT, person=e.expert) for e in register().experts]
    assert not set(thief.marks(everybody)) & set(house.marks(everybody))
    assert not set(thief.tags(LOT, [TENDEREE.code])) & set(house.tags(LOT, [TENDEREE.code]))


def test_the_expert_finds_the_own_invitation_through_the_pool_owner(houses):
    """The desk asks for the marks of who is signed in; another person's cards stay where they are."""
    town, _, _ = houses
    town.drawn()
    member = town.state.experts()[0].member
    mine = cards(town.office, town.person(member))
    assert [card.task for card, _ in mine] == [member]
    strangers = [e.expert for e in register().experts if e.expert not in _panel_numbers(town)]
    assert cards(town.office, Actor(id="", role=Role.EXPERT, expert=strangers[0])) == ()


def _panel_numbers(town: Town) -> set[str]:
    return {town.person(m.member).expert for m in town.state.experts()}


def test_a_stranger_is_not_answered_and_leaves_a_line(houses, tmp_path):
    """Another key than the pinned centre's gets 403 for every question, and the pool owner sees that it knocked."""
    _, house, _ = houses
    stranger = line(house, signing_key(b"s" * 32), tmp_path)
    with pytest.raises(Refused, match="pool_away"):
        stranger.marks([Question(lot=LOT, person="x")])
    assert [each["what"] for each in lines(tmp_path / ASKED)] == ["stranger"]


def test_an_answer_changed_on_the_way_is_no_answer(houses, tmp_path):
    """One byte of an answer, or another question's answer, and the centre refuses instead of believing it."""
    _, house, far = houses
    spoiled = line(house, far.key, tmp_path, lambda data: data[:-3] + b'X"]')
    with pytest.raises(Refused, match="pool_away"):
        spoiled.tags(LOT, [TENDEREE.code])
    kept: list[bytes] = []
    replayed = line(house, far.key, tmp_path, lambda data: kept.append(data) or kept[0])  # type: ignore[func-returns-value]  # keep, then replay the first
    replayed.tags(LOT, [TENDEREE.code])
    with pytest.raises(Refused, match="pool_away"):
        replayed.tags(LOT, [company(1).code])


def test_when_the_pool_owner_is_away_nothing_is_recorded(houses):
    """A booking without the pool owner is refused with its own code, and no case and no seat hold is left."""
    town, _, far = houses

    def dead(method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        return 503, b""

    town.office = replace(town.office, far=replace(far, carry=dead))
    with pytest.raises(Refused, match="pool_away"):
        town.book()
    with pytest.raises(Refused, match="unknown_lot"):
        _ = town.state


def test_the_log_tells_what_was_asked_and_never_whom(houses, tmp_path):
    """Every question of a draw leaves a line with lot and count; no register number and no code stands in it."""
    town, _, _ = houses
    town.drawn()
    told = lines(tmp_path / ASKED)
    assert {each["what"] for each in told} == {"marks", "tags", "people", "seal"}
    text = json.dumps(told)
    assert TENDEREE.code not in text
    assert not [e.expert for e in register().experts if e.expert in text]


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[1]", b'{"lot":"L","codes":[1]}', b'{"codes":["x"],"lot":"L","more":1}', b"\xff"]
)
def test_rubbish_from_the_centre_is_a_bad_request(houses, tmp_path, body):
    """A question that is none gets 400, whatever it holds, and nothing falls over."""
    from api.custodian.calls import credential

    _, house, _ = houses
    pool_key = signing_key(subseed(POOL_SEED, "log"))
    log = keyring(SEED).log
    owner = Owner(house=house, key=pool_key, centre=log.public, folder=tmp_path, now=clock.now)
    path = "/v1/pool/tags"
    headers = {"Authorization": credential(log, "POST", path, clock.now(), body)}
    assert TestClient(pool_app(owner)).post(path, content=body, headers=headers).status_code == 400
    old = {"Authorization": credential(log, "POST", path, clock.now() - timedelta(hours=1), body)}
    assert TestClient(pool_app(owner)).post(path, content=body, headers=old).status_code == 403


def test_only_a_drawn_member_is_sealed(houses):
    """Asked to seal somebody who is in no register, the pool owner says so, far away as near."""
    _, house, far = houses
    for each in (house, far):
        with pytest.raises(Refused, match="not_a_member"):
            each.seal(LOT, [Member("P-NOBODY")], b"\x09" + bytes(31))
    assert far.tags(LOT, []) == () == house.tags(LOT, [])
    assert OrgTag("") == far.tags(LOT, [""])[0]
