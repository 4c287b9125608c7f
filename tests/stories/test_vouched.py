"""Experts sign their answers and certify their devices; nobody can put another expert in their place unseen."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from api.demo.people import OPERATOR, SUPERVISOR, site_staff
from api.pool.house import Inquiry, Question
from api.services import arriving, attending, revealing, ticking
from api.services.office import Office, open_case
from api.services.vouched import invited
from api.store.db import Database
from api.store.expertkeys import enrolled, put_keys
from crypto.keys import SigningKey, signing_key
from fixtures.invented import expert_key, expert_number
from scheduler.audit import STEPS, Finding, verify
from scheduler.audit.case import Outcome, Pins
from scheduler.bundle import BundleKind
from scheduler.errors import Refused
from scheduler.events import Member
from scheduler.model import LotId
from scheduler.vouching import Says, key_commitment, sealed_answer, sealed_certificate
from tests.signing import SigningTown, found
from tests.stranger import Reader
from tests.tale import Tale
from tests.town import DAY, NINE, NUMBERS, Town

STRANGER = signing_key(b"x" * 32)
SIGNED = len(STEPS)  # the number of the verifier's step


@pytest.fixture
def town(founded: Path, tmp_path: Path) -> Iterator[SigningTown]:
    """The town, everybody's long-term key enrolled."""
    path = tmp_path / "yuanping.db"
    path.write_bytes(founded.read_bytes())
    database = Database(f"sqlite:///{path}")
    yield found(database)
    database.close()


def to_the_report(town: SigningTown) -> None:
    """Everybody else accepts and arrives; bids are opened, scored, added up, joined to bidders."""
    town.accept_all()
    town.open_bids()
    town.arrive_all()
    Tale(town).evaluate()


def named(town: SigningTown) -> None:
    """The winner is determined and experts are named."""
    revealing.archive(town.office, OPERATOR, town.lot, "中标人已确定")
    revealing.name_experts(town.office, SUPERVISOR, town.lot)


def step(town: SigningTown, kind: BundleKind = BundleKind.FULL) -> Finding:
    """What the verifier says of the signatures."""
    return verify(town.bundle(kind), Pins()).findings[SIGNED - 1]


def answering(town: SigningTown, key: SigningKey) -> Callable[..., bytes]:
    """What a device with this key seals as a member's answer."""

    def seal(member: Member, says: Says = Says.ACCEPT, **other: object) -> bytes:
        asked = replace(invited(open_case(town.office, town.lot), member), **other)  # type: ignore[arg-type]  # tests name fields
        return sealed_answer(asked, says, town.office.now(), key, town.entropy(32))

    return seal


def test_a_signed_evaluation_verifies_once_experts_are_named(town: SigningTown) -> None:
    """Declining, accepting and arriving are signed; sealed until the naming, then checked one by one."""
    Tale(town).tell()
    before = step(town)
    assert before.state is Outcome.NOT_REVEALED
    assert "10 of 10 answers and check-ins are signed" in before.says.en
    assert "sealed" in before.says.en
    named(town)
    after = verify(town.bundle(), Pins())
    assert after.holds
    assert after.findings[SIGNED - 1].state is Outcome.HOLDS
    assert "none rests on the gate's word" in after.findings[SIGNED - 1].says.en
    public = step(town, BundleKind.PUBLIC)
    assert public.state is Outcome.NOT_REVEALED
    assert "10 of 10" in public.says.en


def test_a_standbys_signatures_verify_like_anybodys(town: SigningTown) -> None:
    """One answers while standing by and is promoted, one declines to stand by; a stranger's verifier agrees."""
    draw = replace(town.office.pack.draw, reserve=2)
    town.office = replace(town.office, pack=replace(town.office.pack, draw=draw))
    town.drawn()
    ticking.tick(town.office)
    one, two = town.state.standing_by()
    town.accept(one.member)
    town.decline(two.member)
    town.decline(next(m.member for m in town.state.experts() if m.role == one.role))
    sitting = town.state.sitting(one.member)
    assert sitting is not None
    assert sitting.sits
    to_the_report(town)
    named(town)
    report = verify(town.bundle(), Pins())
    assert [f for f in report.findings if f.state is not Outcome.HOLDS] == []
    signed = 2 + 1 + 3 + 4  # the stand-bys, who declined, the others, and everybody at the gate
    assert f"{signed} of {signed} answers" in report.findings[SIGNED - 1].says.en
    assert Reader(town.bundle()).check_signatures() == signed


def test_who_has_a_key_does_not_answer_without_it(town: SigningTown) -> None:
    """Neither a clerk nor whoever knows the password accepts, declines or arrives for an expert with a key."""
    town.drawn()
    one = town.state.experts()[0].member
    for verb in (attending.accept, attending.decline):
        with pytest.raises(Refused, match="unsigned"):
            verb(town.office, town.person(one), town.lot)
    town.accept_all()
    town.open_bids()
    town.clock.move(NINE - timedelta(minutes=25))
    first = town.state.experts()[0].member
    with pytest.raises(Refused, match="unsigned"):
        Town.stand(town, first)  # the own device stays at home


def test_a_pack_may_leave_signing_out(town: SigningTown) -> None:
    """Where the pack does not ask, an unsigned answer counts, and the transcript says whose word it rests on."""
    answers = replace(town.office.pack.answers, signed=False)
    town.office = replace(town.office, pack=replace(town.office.pack, answers=answers))
    town.drawn()
    first = town.state.experts()[0].member
    attending.accept(town.office, town.person(first), town.lot)
    to_the_report(town)
    named(town)
    found_ = step(town)
    assert found_.state is Outcome.HOLDS
    assert "1 members without a key or a signature rest on the gate's" in found_.says.en


@pytest.mark.parametrize("says", Says)
def test_a_wrong_answer_is_found_and_named(town: SigningTown, says: Says) -> None:
    """Another's key cannot answer for a member: nobody can tell before the naming, everybody afterwards."""
    town.drawn()
    one = town.state.experts()[0].member
    verb = attending.accept if says is Says.ACCEPT else attending.decline
    verb(town.office, town.person(one), town.lot, answering(town, STRANGER)(one, says))
    if says is Says.DECLINE:
        Tale(town).round()
    to_the_report(town)
    assert step(town).state is Outcome.NOT_REVEALED
    named(town)
    found_ = step(town)
    assert found_.state is Outcome.BROKEN
    assert one in found_.says.en
    assert "another key" in found_.says.en


def test_an_answer_of_another_round_or_kind_is_found(town: SigningTown) -> None:
    """What a member signed for one round, or to decline, does not stand for another answer."""
    town.drawn()
    one = town.state.experts()[0].member
    own = town.key(one)
    assert own is not None
    proof = answering(town, own)(one, Says.DECLINE)
    attending.accept(town.office, town.person(one), town.lot, proof)
    to_the_report(town)
    named(town)
    found_ = step(town)
    assert found_.state is Outcome.BROKEN
    assert one in found_.says.en


def test_a_swapped_device_is_found_and_named(town: SigningTown) -> None:
    """A gate in league with a stand-in records another device's key: the certificate is of the member's own."""
    town.drawn()
    town.accept_all()
    town.open_bids()
    one, other = [m.member for m in town.state.experts()][:2]
    town.arrive(other)
    asked, own = invited(open_case(town.office, town.lot), one), town.key(one)
    assert own is not None
    certificate = sealed_certificate(asked.experts, one, signing_key(b"d" * 32).public, own, town.entropy(32))
    person = town.person(one)
    gate = site_staff(attending.site_of(town.office, town.lot, one))
    attending.check_in(town.office, gate, town.lot, person.expert, STRANGER.public, certificate)
    town.devices[one] = replace(town.devices[other], actor=person, key=STRANGER)
    town.arrive_all()
    Tale(town).evaluate()
    assert step(town).state is Outcome.NOT_REVEALED
    named(town)
    found_ = step(town)
    assert (found_.state, one in found_.says.en) == (Outcome.BROKEN, True)


def test_a_proof_of_another_lot_is_refused_at_once(town: SigningTown) -> None:
    """What is not sealed to this evaluation's key could never be opened, and is not taken."""
    town.drawn()
    one = town.state.experts()[0].member
    own = town.key(one)
    assert own is not None
    elsewhere = answering(town, own)(one, experts=bytes([9]) + bytes(31))
    for proof in (elsewhere, b"rubbish"):
        with pytest.raises(Refused, match="proof"):
            attending.accept(town.office, town.person(one), town.lot, proof)


def test_a_replaced_key_signs_from_the_next_draw_on(town: SigningTown) -> None:
    """Between freeze and answer the key was replaced: the refusal comes at once, not as a finding years later."""
    town.drawn()
    one = town.state.experts()[0].member
    number = town.person(one).expert
    new = signing_key(b"n" * 32)
    with town.office.db.transaction() as session:
        assert put_keys(session, town.office.keys.personal, {number: new.public}, None) == 1
        assert len(enrolled(session, town.office.keys.personal, (number,))[number]) == 2
    with pytest.raises(Refused, match="key_replaced"):
        attending.accept(town.office, town.person(one), town.lot, answering(town, new)(one))


def test_the_certificate_travels_with_the_arrival(town: SigningTown) -> None:
    """The device announces key and certificate together; the gate admits with both; rubbish is refused on arriving."""
    town.drawn()
    town.accept_all()
    town.open_bids()
    one = town.state.experts()[0].member
    device, own = signing_key(b"d" * 32), town.key(one)
    assert own is not None
    asked = invited(open_case(town.office, town.lot), one)
    certificate = sealed_certificate(asked.experts, one, device.public, own, town.entropy(32)).hex()
    who, site = town.person(one), attending.site_of(town.office, town.lot, one)
    for rubbish in ("zz", "00", certificate[2:]):
        with pytest.raises(Refused, match="proof"):
            arriving.announce(town.office, who, town.lot, device.public, rubbish)
    arrival = arriving.announce(town.office, who, town.lot, device.public, certificate)
    town.clock.move(town.state.starts - timedelta(minutes=20))
    arriving.admit(town.office, site_staff(site), town.lot, who.expert, arrival.code)
    assert town.state.sitting(one).key == device.public.hex()  # type: ignore[union-attr]  # sits


def people(office: Office, lot: str) -> dict[str, str]:
    """Register number → commitment in a lot."""
    found_ = office.pool.people(Inquiry(lot=LotId(lot), on=DAY)).experts
    numbers = dict(
        zip(office.pool.marks([Question(lot=LotId(lot), person=n) for n in NUMBERS]), NUMBERS, strict=True)
    )
    return {numbers[Member(each.id)]: each.key for each in found_}


def test_two_lots_of_one_expert_cannot_be_joined(town: SigningTown) -> None:
    """Neither commitments nor rows show that one key stands behind two pseudonyms, even to who knows the key."""
    one, two = people(town.office, "L-1"), people(town.office, "L-2")
    assert len({*one.values(), *two.values()}) == 2 * len(NUMBERS)
    marks = town.office.pool.marks([Question(lot=LotId("L-2"), person=n) for n in NUMBERS])
    known = expert_key(expert_number(1)).public
    guesses = {key_commitment(LotId("L-2"), mark, known, bytes(32)) for mark in marks}
    assert not guesses & set(two.values())
