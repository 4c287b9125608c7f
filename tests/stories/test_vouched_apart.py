"""Two houses, and experts with long-term keys: what lies at the centre tells neither a key nor who sits in two lots."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from sqlmodel import col, select

from api.demo.people import check_in
from api.pool.doorway import Said
from api.pool.house import Inquiry
from api.pool.letters import Does
from api.services import arriving, exchanging
from api.services.office import fetch, open_case
from api.services.vouched import invited
from api.store.journal import ExhibitRow, JournalRow
from crypto.keys import SigningKey, signing_key
from fixtures.invented import expert_key
from fixtures.people import keyed
from scheduler.errors import Refused
from scheduler.events import Digest, Member
from scheduler.model import LotId
from scheduler.record import exhibit_plain
from scheduler.vouching import Says, sealed_answer, sealed_certificate
from tests.apart import Apart, apart
from tests.town import DAY, NINE, NUMBERS, register


@pytest.fixture
def both(founded: Path, tmp_path: Path) -> Iterator[Apart]:
    """Two houses; everybody's key is enrolled with the pool owner."""
    with apart(tmp_path, founded, people=keyed(register())) as houses:
        houses.town.drawn()
        houses.invite()
        yield houses


def own(both: Apart, member: Member) -> SigningKey:
    """The key on that expert's device."""
    return expert_key(both.number(member))


def signed(both: Apart, member: Member, says: Says) -> str:
    """What that expert's device makes of the invitation."""
    asked = invited(open_case(both.town.office, both.town.lot), member)
    entropy = both.town.entropy(32)
    return sealed_answer(asked, says, both.town.office.now(), own(both, member), entropy).hex()


def accept(both: Apart, member: Member, vouch: str) -> None:
    """At the pool owner's door; the centre calls."""
    both.house.answer(both.number(member), member, Said(does=Does.ACCEPT, vouch=vouch))
    exchanging.exchange(both.town.office)


def stolen(both: Apart) -> str:
    """Journal and every exhibit as the centre's own keys open them."""
    office, lot = both.town.office, both.town.lot
    with office.db.reading() as session:
        rows = [row.entry for row in session.exec(select(JournalRow).order_by(col(JournalRow.id)))]
        stored = list(session.exec(select(ExhibitRow.digest)).all())
    return "\n".join([*rows, *(str(exhibit_plain(fetch(office, lot, Digest(each)))) for each in stored)])


def test_no_long_term_key_is_to_be_found_at_the_centre(both: Apart, tmp_path: Path) -> None:
    """Drawn, answered and let in with signatures: neither public keys nor their blinds lie in the centre's loot."""
    for each in both.town.state.experts():
        accept(both, each.member, signed(both, each.member, Says.ACCEPT))
    both.town.open_bids()
    both.town.clock.move(NINE)
    for each in both.town.state.experts():
        who = both.enter(each.member)
        device = signing_key(both.town.entropy(32))
        asked = invited(open_case(both.town.office, both.town.lot), each.member)
        key, salt = own(both, each.member), both.town.entropy(32)
        word = sealed_certificate(asked.experts, each.member, device.public, key, salt).hex()
        arriving.announce(both.town.office, who, both.town.lot, device.public, word)
    assert all(m.accepted for m in both.town.state.experts())
    files = b"".join(path.read_bytes() for path in sorted(tmp_path.glob("centre.db*")))
    loot = stolen(both)
    assert "proof" in loot
    for number in NUMBERS:
        public = expert_key(number).public
        assert public.hex() not in loot
        assert public not in files
        assert public.hex().encode() not in files


def test_an_unsigned_answer_from_the_door_is_not_recorded(both: Apart) -> None:
    """The pool owner's clerk, too, cannot accept for an expert with a key: told on the expert's page."""
    one = both.town.state.experts()[0].member
    accept(both, one, "")
    assert not both.town.state.experts()[0].accepted
    (row,) = [row for row in both.house.book(both.number(one)) if row[0].member == one]
    assert [reply.outcome for reply in row[1]] == ["unsigned"]
    accept(both, one, signed(both, one, Says.ACCEPT))
    assert both.town.state.experts()[0].accepted


def test_a_gate_cannot_check_in_without_the_experts_word(both: Apart) -> None:
    """Card checked or not: without a certificate of the own device an expert with a key is not let in."""
    one = both.town.state.experts()[0].member
    accept(both, one, signed(both, one, Says.ACCEPT))
    both.town.open_bids()
    both.town.clock.move(NINE)
    with pytest.raises(Refused, match="unsigned"):
        check_in(both.town.office, both.town.lot, one, both.town.person(one), both.town.entropy)


def people(both: Apart, lot: LotId) -> Mapping[str, str]:
    """Register number → commitment in a lot, as the centre gets it, joined by what only the pool owner knows."""
    found = both.far.people(Inquiry(lot=lot, on=DAY)).experts
    numbers = both.house.behind(lot, [Member(each.id) for each in found])
    return dict(zip(numbers, (each.key for each in found), strict=True))


def test_two_lots_of_one_expert_cannot_be_joined_at_the_centre(both: Apart) -> None:
    """The same sixteen people in two lots: thirty-two commitments, none twice, none the key."""
    one, two = people(both, LotId("L-1")), people(both, LotId("L-2"))
    assert set(one) == set(two) == set(NUMBERS)
    assert len({*one.values(), *two.values()}) == 2 * len(NUMBERS)
    assert not {*one.values()} & {expert_key(number).public.hex() for number in NUMBERS}
