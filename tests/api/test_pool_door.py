"""The pool owner's own door: invitations come there, answers leave from there, and the centre records them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.pool.doorway import Said
from api.pool.letters import Answer, Does
from api.services import exchanging, ticking
from api.store import invitations
from api.store.accounts import SALT
from crypto.errors import Broken
from scheduler.delivery import Channel, check_delivery
from scheduler.errors import Refused
from scheduler.events import Member, Out
from tests.apart import Apart, apart, line
from tests.town import LOT, NINE, register


@pytest.fixture
def both(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Apart]:
    """Two houses with a drawn panel whose invitations lie at the pool owner's door."""
    with apart(tmp_path, migrated_sqlite) as houses:
        houses.town.drawn()
        houses.invite()
        yield houses


def members(both: Apart) -> list[Member]:
    """Who is drawn."""
    return [each.member for each in both.town.state.experts()]


def browser(both: Apart, member: Member | str, *, lang: str = "en") -> TestClient:
    """Somebody who has signed in at the pool owner's door."""
    number = both.number(Member(member)) if member.startswith("P-") else member
    client = TestClient(both.pages, headers={"accept": "text/html", "accept-language": lang})
    token = csrf(client.get("/").text)
    both.login(number)
    client.post("/login/demo/expert", data={"csrf": token, "user": f"login-{number}"})
    return client


def csrf(text: str) -> str:
    """The form token of a page."""
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', text)
    assert found
    return found.group(1)


def test_every_drawn_expert_finds_the_own_invitation_there_and_nobody_elses(both):
    """Window, site and speciality; the card of another member is on no other page."""
    drawn = members(both)
    for member in drawn:
        text = browser(both, member).get("/expert").text
        assert member in text
        assert "09:00–12:00" in text
        assert "评标场所" in text
        assert not [other for other in drawn if other != member and other in text]
        assert "小镇污水管网" not in text
        assert LOT not in text


def test_who_is_not_drawn_finds_nothing(both):
    """The page of everybody else is the same: no task."""
    invited = {both.number(member) for member in members(both)}
    stranger = next(e.expert for e in register().experts if e.expert not in invited)
    text = browser(both, stranger).get("/expert").text
    assert "P-" not in text


def test_an_answer_at_the_door_is_the_same_event_as_at_the_centre(both):
    """Accepted and declined stand in the journal by the pseudonym; the next round fills the seat."""
    first, second, *_ = members(both)
    both.says(first, Does.ACCEPT)
    both.says(second, Does.DECLINE, "出差")
    state = both.town.state
    yes, no = state.sitting(first), state.sitting(second)
    assert yes is not None
    assert yes.accepted
    assert no is not None
    assert no.out is Out.DECLINED
    ticking.tick_case(both.town.office, LOT)
    both.invite()
    book = [row.answer for row in _rows(both)]
    assert sorted(book) == ["accepted", "declined", *["waiting"] * 3]


def _rows(both: Apart):
    with both.post.database.reading() as session:
        return invitations.invited_in(session, LOT)


def test_the_reason_for_declining_stays_with_the_pool_owner(both, tmp_path):
    """Words could tell who speaks: the centre's files do not hold them, nor does the pool owner's in clear."""
    member = members(both)[0]
    both.says(member, Does.DECLINE, "我是某大学的教授，要上课")
    for name in ("centre.db", "pool.db"):
        stolen = b"".join(p.read_bytes() for p in tmp_path.glob(f"{name}*"))
        assert "教授".encode() not in stolen


def test_a_ground_copied_out_of_a_pdf_is_recorded(both):
    """Text in another Unicode form than the record's is the same text; it is not told as a bad signature."""
    member = members(both)[0]
    both.says(member, Does.ACCEPT)
    there = browser(both, member)
    sent = {"csrf": csrf(there.get("/expert").text), "text": "我与投标人\uf90a某有亲属关系, cafe\u0301"}
    assert there.post(f"/expert/tasks/{member}/answer/withdraw", data=sent).status_code == 200
    both.invite()
    sitting = both.town.state.sitting(member)
    assert sitting is not None
    assert sitting.out is Out.RECUSED


def test_a_ground_for_recusal_travels_and_leaves_no_copy(both, tmp_path):
    """The centre keeps it sealed for the supervisor; the pool owner forgets it once it is recorded."""
    member = members(both)[0]
    both.says(member, Does.ACCEPT)
    both.says(member, Does.WITHDRAW, "与投标人有亲属关系")
    sitting = both.town.state.sitting(member)
    assert sitting is not None
    assert sitting.out is Out.RECUSED
    with both.post.database.reading() as session:
        kept = invitations.replies_of(session, LOT, member)
    assert [row.sealed_words for row in kept] == [b"", b""]


def test_through_the_pages_one_accepts_and_declines(both):
    """Over the forms a person presses, in English here, with the answer on its way until the centre calls."""
    first, second, *_ = members(both)
    client = browser(both, first)
    page = client.get("/expert").text
    client.post(f"/expert/tasks/{first}/answer/accept", data={"csrf": csrf(page)})
    assert "on its way to the centre" in client.get("/expert").text
    both.invite()
    after = client.get("/expert").text
    assert "recorded by the centre" in after
    assert "Enter the evaluation" in after
    other = browser(both, second)
    token = csrf(other.get("/expert").text)
    assert other.post(f"/expert/tasks/{second}/answer/decline", data={"csrf": token}).status_code == 409
    other.post(f"/expert/tasks/{second}/answer/decline", data={"csrf": token, "text": "illness"})
    both.invite()
    assert "My history" in other.get("/expert").text


def test_nobody_answers_for_another_and_an_unknown_lot_is_refused_alike(both):
    """Another's invitation and one that does not exist give the same page, byte for byte."""
    first, second, *_ = members(both)
    client = browser(both, first)
    token = csrf(client.get("/expert").text)
    told = [
        client.post(f"/expert/tasks/{task}/{what}", data={"csrf": token, "text": "x"})
        for task in (second, "P-NOBODYNOBODYNOBO")
        for what in ("answer/accept", "answer/decline", "answer/withdraw", "enter")
    ]
    assert {answer.status_code for answer in told} == {404}
    assert len({answer.text for answer in told}) == 1


def test_a_form_of_another_site_is_refused(both):
    """Without the session's form token nothing is answered."""
    member = members(both)[0]
    client = browser(both, member)
    assert client.post(f"/expert/tasks/{member}/answer/accept").status_code == 403
    with both.post.database.reading() as session:
        assert invitations.unsettled(session) == ()


def test_only_experts_and_the_pool_owners_people_sign_in_there(both):
    """By password, too: a wrong one opens nothing."""
    member = members(both)[0]
    login = both.login(both.number(member), "right horse", b"s" * SALT)
    client = TestClient(both.pages, headers={"accept": "text/html"}, follow_redirects=False)
    token = csrf(client.get("/").text)
    wrong = client.post("/login", data={"csrf": token, "user": login, "password": "wrong"})
    assert wrong.status_code == 401
    right = client.post("/login", data={"csrf": token, "user": login, "password": "right horse"})
    assert (right.status_code, right.headers["location"]) == (303, "/expert")


def test_one_answers_once_and_not_after_the_answer(both):
    """While an answer is on its way a second is refused, and a settled invitation takes none."""
    member = members(both)[0]
    number = both.number(member)
    both.house.answer(number, member, Said(does=Does.ACCEPT))
    with pytest.raises(Refused, match="reply_under_way"):
        both.house.answer(number, member, Said(does=Does.DECLINE, words="x"))
    both.invite()
    with pytest.raises(Refused, match="stale"):
        both.house.answer(number, member, Said(does=Does.DECLINE, words="x"))


def test_silence_stands_in_the_own_history(both):
    """Who is counted as silent reads it, with the moment the invitation came; it was never opened."""
    member = members(both)[0]
    both.town.clock.move(both.town.clock.now() + timedelta(minutes=31))
    ticking.tick(both.town.office)
    both.invite()
    (row,) = [row for row in _rows(both) if row.member == member]
    assert row.answer == Answer.SILENT
    assert row.seen_at is None
    text = browser(both, member).get("/expert").text
    assert "My history" in text
    assert "No answer in time" in text
    assert "The invitation came to this page" in text


def test_an_answer_in_time_is_never_silence_although_the_centre_calls_late(both):
    """The clock asks the door first: an answer that lies there is recorded before anybody counts as silent."""
    member = members(both)[0]
    both.house.answer(both.number(member), member, Said(does=Does.ACCEPT))
    both.town.clock.move(both.town.clock.now() + timedelta(minutes=31))
    ticking.tick(both.town.office)
    sitting = both.town.state.sitting(member)
    assert sitting is not None
    assert sitting.accepted
    assert sitting.sits


def test_nobody_is_silent_while_the_pool_owner_is_away(both):
    """An answer may lie at a door that cannot be reached: nobody is counted out for that."""

    def dead(method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        return 503, b""

    both.town.office = replace(both.town.office, far=replace(both.far, carry=dead))
    both.town.clock.move(both.town.clock.now() + timedelta(minutes=31))
    ticking.tick(both.town.office)
    assert len(both.town.state.experts()) == len(members(both)) == 4
    with pytest.raises(Refused, match="pool_away"):
        both.invite()


def test_an_answer_recorded_when_the_line_broke_is_recorded_once(both):
    """The centre that could not say so finds the answer again and sees that it stands."""
    member = members(both)[0]
    both.house.answer(both.number(member), member, Said(does=Does.ACCEPT))
    calls: list[str] = []

    def breaks(method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        calls.append(path)
        again = calls.count("/v1/pool/news") > 1
        return (503, b"") if again else both.far.carry(method, path, body, headers)

    whole = both.town.office
    with pytest.raises(Refused, match="pool_away"):
        exchanging.exchange(replace(whole, far=replace(both.far, carry=breaks)))
    seq = both.town.state.seq
    exchanging.exchange(whole)
    assert both.town.state.seq == seq
    with both.post.database.reading() as session:
        assert [row.outcome for row in invitations.replies_of(session, LOT, member)] == ["recorded"]


def test_a_refused_answer_is_told_to_the_expert(both):
    """A lot cancelled meanwhile: the code comes back, and the expert reads that it was not recorded."""
    from api.demo.people import OPERATOR
    from api.services.cancelling import cancel

    member = members(both)[0]
    both.house.answer(both.number(member), member, Said(does=Does.ACCEPT))
    cancel(both.town.office, OPERATOR, LOT, "测试")
    both.invite()
    text = browser(both, member).get("/expert").text
    assert "not recorded by the centre" in text
    assert {row.answer for row in _rows(both)} == {Answer.RELEASED}


def test_what_is_settled_is_not_sent_again(both):
    """With nothing new, a call takes nothing and asks for nothing."""
    kept: list[str] = []

    def listens(method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        kept.append(path)
        return both.far.carry(method, path, body, headers)

    office = replace(both.town.office, far=replace(both.far, carry=listens))
    assert exchanging.exchange(office) == 0
    assert kept == ["/v1/pool/news"]


def test_deliveries_are_signed_and_say_when_it_was_there_and_seen(both):
    """The centre has them under the pool owner's key, by pseudonym and round; a forged one is no answer."""
    member = members(both)[0]
    browser(both, member).get("/expert")
    found = exchanging.delivered(both.town.office, LOT)
    told = [check_delivery(both.far.pool, each) for each in found]
    assert sorted((each.channel, each.member) for each in told) == sorted(
        [*((Channel.DESK, each) for each in members(both)), (Channel.SEEN, member)]
    )
    assert {each.round for each in told} == {1}
    assert all(NINE - timedelta(days=1) < each.at < NINE for each in told)
    with pytest.raises(Broken):
        check_delivery(both.town.office.keys.log.public, found[0])


def test_a_house_of_another_key_is_not_believed(both, tmp_path):
    """Deliveries that the pinned key did not sign are refused."""
    other = replace(both.house, sign=both.town.office.keys.log)
    far = line(other, both.town.office.keys.log, tmp_path)
    with pytest.raises(Refused, match="pool_away"):
        far.deliveries(LOT)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Said(does=Does.DECLINE), "reason_missing"),
        (Said(does=Does.WITHDRAW, words="  "), "reason_missing"),
        (Said(does=Does.DECLINE, words="长" * 501), "reason_long"),
        (Said(does=Does.ACCEPT, vouch="zz"), "proof"),
        (Said(does=Does.ACCEPT, vouch="00" * 5000), "proof"),
    ],
)
def test_an_answer_must_be_whole(both, said, code):
    """No reason, too many words, or an envelope that is none: refused, and nothing is kept."""
    member = members(both)[0]
    with pytest.raises(Refused, match=code):
        both.house.answer(both.number(member), member, said)
    with both.post.database.reading() as session:
        assert invitations.unsettled(session) == ()
