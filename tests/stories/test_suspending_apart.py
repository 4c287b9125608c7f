"""Many declines, the register away: the pool owner counts in its own book, and two of its own people decide."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from api.actor import Actor
from api.pool.house import Question
from api.pool.letters import Answer, Invitation, Letters
from api.pool.rooms import Rooms
from api.services import standing, suspending
from api.services.office import open_case
from api.store.accounts import Account, put_account
from api.store.registers import experts
from scheduler.errors import Refused
from scheduler.model import LotId, Role, Standing
from tests.apart import Apart, apart
from tests.stories.test_s09_alarm import UNTIL, under
from tests.town import NINE, register

WHO = register().experts[4].expert


@pytest.fixture
def both(founded: Path, tmp_path: Path) -> Iterator[Apart]:
    """A pool owner who was told of two lots that are over, in both of which one expert had declined."""
    with apart(tmp_path, founded) as houses:
        houses.town.office = under(houses.town, "F5", most=1, days=180)
        ruled = replace(houses.rooms.office, pack=houses.town.office.pack)
        houses.rooms = Rooms(office=ruled, house=houses.house)
        houses.house.hear(NINE)
        houses.house.deliver([over(houses, LotId(f"OLD-{n}")) for n in (1, 2)])
        with houses.post.database.transaction() as session:
            for login in ("pool-1", "pool-2"):
                put_account(session, Account(login=login, role=Role.POOL, label="专家库管理"))
            me = Account(login="me", role=Role.EXPERT, label="评审专家", expert=WHO)
            put_account(session, me)
        yield houses


def over(both: Apart, lot: LotId) -> Letters:
    """A lot that is over and in which WHO had declined."""
    (member,) = both.house.marks([Question(lot=lot, person=WHO)])
    card = Invitation(
        member=member,
        round=1,
        answer=Answer.DECLINED,
        speciality="A0402",
        sign_in_at="评标场所",
        answer_by=NINE,
        desk_phone="0",
        may_withdraw=False,
        evaluation="",
        must_sign=False,
    )
    starts = NINE - timedelta(days=9)
    return Letters(lot=lot, seq=9, over=True, starts=starts, ends=starts, invitations=(card,))


def register_says(both: Apart) -> Standing:
    """What the pool owner's register says of WHO."""
    with both.post.database.reading() as session:
        (record,) = experts(session, both.post.keys.personal, (WHO,))
    return record.standing


def test_two_of_the_pool_owners_people_suspend_and_the_centre_bars_the_expert(both: Apart) -> None:
    """Counted from the book, proposed by one, confirmed by another, seen by the expert; at the centre E4 follows."""
    rooms = both.rooms
    (row,) = rooms.pool.desk("pool-1").declining
    assert (row.expert, row.count, row.days) == (WHO, 2, 180)
    rooms.pool.propose("pool-1", WHO, UNTIL, "半年内两次谢绝")
    number = rooms.pool.desk("pool-1").suspensions[0].number
    with pytest.raises(Refused, match="second_person"):
        rooms.pool.look("pool-1", number, confirm=True)
    assert register_says(both) is Standing.GOOD
    rooms.pool.look("pool-2", number, confirm=True)
    assert register_says(both) is Standing.SUSPENDED
    assert [each.reason for each in rooms.tasks("me").suspensions] == ["半年内两次谢绝"]
    both.town.drawn()
    office, lot = both.town.office, both.town.lot
    (member,) = both.house.marks([Question(lot=lot, person=WHO)])
    barred = standing.barred(office, open_case(office, lot), member)
    assert barred is not None
    assert barred.rule == "E4"
    assert both.town.state.sitting(member) is None
    rooms.pool.end("pool-1", number, "说明属实")
    assert register_says(both) is Standing.GOOD


def test_the_centre_neither_counts_nor_suspends(both: Apart) -> None:
    """Where the register is away the centre's desk is refused with its own code."""
    actor = Actor(id="pool-1", role=Role.POOL)
    with pytest.raises(Refused, match="register_away"):
        suspending.declining(both.town.office)
    with pytest.raises(Refused, match="register_away"):
        suspending.propose(both.town.office, actor, WHO, UNTIL, "x")


def test_an_experts_login_opens_no_desk_of_the_pool_owner(both: Apart) -> None:
    """And the pool owner's people answer no invitation."""
    with pytest.raises(Refused, match="role"):
        both.rooms.pool.desk("me")
    with pytest.raises(Refused, match="role"):
        both.rooms.tasks("pool-1")


def test_lots_that_are_not_over_do_not_count(both: Apart) -> None:
    """A decline counts once nobody is invited to that lot any more."""
    going_on = replace(over(both, LotId("OLD-2")), seq=10, over=False)
    both.house.deliver([going_on])
    assert both.rooms.pool.desk("pool-1").declining == ()
