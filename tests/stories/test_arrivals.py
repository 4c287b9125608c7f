"""How does a device's key reach the gate without anybody typing it? Announced, compared by its code, confirmed."""

import pytest

from api.actor import Actor
from api.demo.people import TENDEREE, authorise, site_staff
from api.services import attending
from api.services.arriving import Arrival, admit, announce, announced, code_of
from api.services.office import open_case
from api.services.vouched import invited
from crypto.keys import signing_key
from scheduler.errors import Refused
from scheduler.events import Member, Out
from scheduler.model import Role
from scheduler.vouching import sealed_certificate
from tests.town import NUMBERS, Town
from tests.town import TENDEREE as BUYER


def key(n: int) -> bytes:
    """The public key of device n."""
    return signing_key(bytes([n]) * 32).public


def refused(verb, *arguments):
    """The code with which the verb refuses."""
    with pytest.raises(Refused) as no:
        verb(*arguments)
    return no.value.code


@pytest.fixture
def opened(town: Town) -> Town:
    """Drawn, accepted, bids opened; the gates are open."""
    town.drawn()
    town.accept_all()
    town.open_bids()
    town.clock.move(town.state.starts)
    return town


def someone(town: Town, place: int = 0) -> tuple[Member, Actor, Actor]:
    """An expert who sits, as pseudonym and person, and the gate of the own site."""
    member = town.state.experts()[place].member
    return member, town.person(member), site_staff(attending.site_of(town.office, town.lot, member))


def waiting(town: Town) -> dict[Member, Arrival]:
    """What the gates see."""
    return dict(announced(town.office, town.state))


def test_a_code_is_the_labelled_digest_in_signs_nobody_mistakes() -> None:
    """Two groups of four signs of the blind codes' alphabet; another key has another code."""
    assert (code_of(bytes(32)), code_of(bytes(range(32)))) == ("2SJ5-CF2J", "D236-ZQL3")


def test_the_gate_admits_whom_it_has_compared(opened: Town) -> None:
    """Card and code fit: the announced key stands in the journal, and nobody waits any more."""
    member, person, gate = someone(opened)
    before = opened.state
    asked, own = invited(open_case(opened.office, opened.lot), member), signing_key(bytes(32))
    sealed = sealed_certificate(asked.experts, member, key(1), own, bytes(32)).hex()
    arrival = announce(opened.office, person, opened.lot, key(1), sealed)
    assert opened.state == before, "an announcement changes nothing"
    assert waiting(opened) == {member: arrival}
    assert (arrival.code, arrival.certificate) == (code_of(key(1)), sealed)
    admit(opened.office, gate, opened.lot, person.expert, arrival.code)
    sitting = opened.state.sitting(member)
    assert sitting is not None
    assert sitting.key == key(1).hex()
    assert waiting(opened) == {}


def test_the_later_device_counts(opened: Town) -> None:
    """Announced twice: the first code opens nothing any more, the second does."""
    member, person, gate = someone(opened)
    first = announce(opened.office, person, opened.lot, key(1))
    second = announce(opened.office, person, opened.lot, key(2))
    assert waiting(opened) == {member: second}
    assert refused(admit, opened.office, gate, opened.lot, person.expert, first.code) == "other_device"
    admit(opened.office, gate, opened.lot, person.expert, second.code)


def test_after_the_check_in_no_device_is_changed(opened: Town) -> None:
    """Neither announced nor admitted anew: refused as checked in before, and the key stays."""
    _, person, gate = someone(opened)
    code = announce(opened.office, person, opened.lot, key(1)).code
    admit(opened.office, gate, opened.lot, person.expert, code)
    assert refused(announce, opened.office, person, opened.lot, key(2)) == "checked_in_before"
    assert refused(admit, opened.office, gate, opened.lot, person.expert, code) == "checked_in_before"
    assert [m.key for m in opened.state.current() if m.key] == [key(1).hex()]


def test_whoever_is_not_expected_gets_one_refusal(opened: Town) -> None:
    """Not drawn, sitting elsewhere, or unknown: the same word, announced or not."""
    _, person, _ = someone(opened)
    code = announce(opened.office, person, opened.lot, key(1)).code
    elsewhere = site_staff("S-NOWHERE")
    for gate, who in (
        (elsewhere, person.expert),
        (elsewhere, "E-unknown"),
        (someone(opened)[2], "E-unknown"),
    ):
        assert refused(admit, opened.office, gate, opened.lot, who, code) == "not_expected"


def test_who_has_announced_nothing_is_sent_back_to_the_own_device(opened: Town) -> None:
    """A member without an announcement, and a code that belongs to somebody else, admit nobody."""
    _, first, gate = someone(opened)
    _, other, others_gate = someone(opened, 1)
    code = announce(opened.office, first, opened.lot, key(1)).code
    assert refused(admit, opened.office, others_gate, opened.lot, other.expert, code) == "not_announced"
    announce(opened.office, other, opened.lot, key(2))
    assert refused(admit, opened.office, others_gate, opened.lot, other.expert, code) == "other_device"
    assert refused(admit, opened.office, gate, opened.lot, first.expert, "") == "other_device"


def test_only_members_announce_and_only_sound_keys(town: Town) -> None:
    """Not drawn, not accepted, not a key, not the time: each is refused by its name and nothing is kept."""
    town.drawn()
    member, person, _ = someone(town)
    assert refused(announce, town.office, person, town.lot, key(1)) == "not_accepted"
    town.accept_all()
    drawn = {town.number(m.member) for m in town.state.experts()}
    number = next(n for place, n in enumerate(NUMBERS, 1) if place not in drawn)
    stranger = Actor(id=number, role=Role.EXPERT, expert=number)
    assert refused(announce, town.office, stranger, town.lot, key(1)) == "not_a_member"
    assert refused(announce, town.office, TENDEREE, town.lot, key(1)) == "role"
    assert refused(announce, town.office, person, town.lot, bytes(32)) == "device_key"
    assert waiting(town) == {}
    announce(town.office, person, town.lot, key(1))  # before the opening: people come early
    attending.miss(town.office, Actor(id="", role=Role.SYSTEM), town.lot, member, Out.ABSENT)
    assert waiting(town) == {}, "stale"
    assert refused(announce, town.office, person, town.lot, key(2)) == "not_a_member"


def test_an_owner_representative_arrives_like_everybody(opened: Town) -> None:
    """By login, and only with the letter on file."""
    owner = Actor(id="owner-1", role=Role.OWNER)
    (member,) = [m.member for m in opened.state.current() if m.role is None]
    gate = site_staff(attending.site_of(opened.office, opened.lot, member))
    code = announce(opened.office, owner, opened.lot, key(9)).code
    authorise(opened.office, opened.lot, BUYER.code, owner.id)
    admit(opened.office, gate, opened.lot, owner.id, code)
    sitting = opened.state.sitting(member)
    assert sitting is not None
    assert sitting.key == key(9).hex()
