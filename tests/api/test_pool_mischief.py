"""What strangers and odd inputs do to the pool owner's house: nothing is forged in its log, no answer is lost."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient

from api.cli import main
from api.loglines import lines
from api.pool.doorway import Said
from api.pool.letters import Answer, Does, Invitation, Letters
from api.pool.running import BadCentre, entrance_of
from api.pool.wire import ASKED
from api.store import invitations
from scheduler.attempts import lot_of
from scheduler.events import Member
from scheduler.model import LotId
from tests.apart import Apart, apart
from tests.town import LOT, NINE


@pytest.fixture
def both(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Apart]:
    """Two houses with a drawn panel whose invitations lie at the pool owner's door."""
    with apart(tmp_path, migrated_sqlite) as houses:
        houses.town.drawn()
        houses.invite()
        yield houses


def first(both: Apart) -> Member:
    """A drawn member."""
    return both.town.state.experts()[0].member


def letter(lot: LotId, seq: int, *cards: Invitation) -> Letters:
    """All invitations of a lot on the same morning."""
    return Letters(
        lot=lot, seq=seq, over=not cards, starts=NINE, ends=NINE + timedelta(hours=3), invitations=cards
    )


def test_the_next_attempt_at_a_lot_can_be_answered_though_the_window_is_the_same(both):
    """Attempts share pseudonyms: the answer goes to the invitation that stands, not to the one called off."""
    member = first(both)
    again = lot_of(LOT, 2)
    card = Invitation(
        member=member,
        round=1,
        answer=Answer.WAITING,
        speciality="A0402",
        sign_in_at="评标场所",
        answer_by=NINE,
        desk_phone="0",
        may_withdraw=False,
        evaluation="",
        must_sign=False,
    )
    both.house.deliver([letter(LOT, 99), letter(again, 5, card)])
    both.house.answer(both.number(member), member, Said(does=Does.ACCEPT))
    with both.post.database.reading() as session:
        assert [row.lot for row in invitations.unsettled(session)] == [again]


@pytest.mark.parametrize("name", ["x%0a%1b[31m", "a" * 9000, "tags"])
def test_a_stranger_writes_no_line_of_the_log(both, name):
    """The pool owner reads that one knocked, and at which question: never the stranger's words."""
    before = len(lines(both.post.folder / ASKED))
    assert TestClient(both.pages).post(f"/v1/pool/{name}").status_code == 403
    (line,) = lines(both.post.folder / ASKED)[before:]
    assert (line["what"], line["question"]) == ("stranger", "tags" if name == "tags" else "?")


@pytest.mark.parametrize(
    "address", ["http://[bad", "http://x:port", "http://x:99999", "ftp://x", "centre", ""]
)
def test_an_entrance_that_is_no_address_is_said_to_be_none(address):
    """Before anything listens, in the process's own words."""
    with pytest.raises(BadCentre):
        entrance_of(address)


@pytest.mark.parametrize(
    "words", [["keys", "INV-000001"], ["run", "--centre", "T", "--entrance", "http://x"]]
)
def test_a_register_that_is_no_database_is_one_sentence(tmp_path, words):
    """Whoever puts another file in its place reads what is wrong."""
    environment = {
        "YUANPING_DATA_DIR": str(tmp_path),
        "YUANPING_DATABASE_URL": f"sqlite:///{tmp_path / 'yuanping.db'}",
        "YUANPING_SECRET_KEY_FILE": str(tmp_path / "secret.key"),
    }
    trust = str(tmp_path / "T")
    Path(trust).write_text("{}")
    assert CliRunner().invoke(main, ["pool", "new"], env=environment).exit_code == 0
    (tmp_path / "yuanping.db").write_bytes(b"a letter, and no database at all")
    ended = CliRunner().invoke(main, ["pool", *(trust if w == "T" else w for w in words)], env=environment)
    assert ended.exit_code == 1
    assert "the database cannot be used" in ended.output
