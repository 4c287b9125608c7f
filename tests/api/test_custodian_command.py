"""`yuanping custodian`: key file, card, one real round over HTTP, pause, and a log that a notary can read."""

import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from click.testing import CliRunner, Result

from api import keyring
from api.cli import main
from api.custodian.calls import Unreachable, over_http
from api.custodian.diary import LOG
from api.keyring import CUSTODIANS
from api.services import asking, ceremonies
from api.services.auditing import trust_of
from api.serving import web_of
from api.store.db import Database
from api.store.schema import upgrade
from api.words import catalogue, lang_of
from crypto.keyfile import Effort
from scheduler.release import SCORES
from tests.town import LOT, Town, entropy_of, found

QUICK = Effort(memory=64, passes=1, lanes=1)


def yuanping(*words: object) -> Result:
    """The command, in this process."""
    environment = {"YUANPING_PASSPHRASE": "pass", "YUANPING_LANG": "en"}
    return CliRunner().invoke(main, [str(word) for word in words], env=environment)


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[tuple[Town, str]]:
    """A centre with three enrolled custodians, listening on a port of its own."""
    entropy = entropy_of(b"c" * 32)
    secret = tmp_path / "keys" / "secret.key"
    keyring.make(secret, demo=True, entropy=entropy, effort=QUICK)
    cards = []
    for name in CUSTODIANS:
        file = tmp_path / f"{name}.key"
        keyring.make_custodian(file, name, "pass", entropy, QUICK)
        assert yuanping("custodian", "card", "--key", file, "--out", tmp_path / name).exit_code == 0
        cards.append(keyring.card_of((tmp_path / name).read_bytes()))
    keyring.enrol(secret, cards)
    database = Database(f"sqlite:///{tmp_path / 'centre.db'}")
    upgrade(database)
    town = found(database)
    keys = replace(keyring.load(secret), personal=town.office.keys.personal)
    assert (keys.custodians, [each.name for each in keys.agents]) == ((), list(CUSTODIANS))
    (tmp_path / "TRUST.json").write_bytes(trust_of(keys))
    town.office = replace(town.office, keys=keys)
    server = uvicorn.Server(uvicorn.Config(web_of(town.office), port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield town, f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()
    database.close()


def test_three_agents_make_keys_and_refuse_an_early_request_over_http(
    centre: tuple[Town, str], tmp_path: Path
) -> None:
    """Real sockets and files: a set of keys after a few rounds, a booking, and three signed refusals in words."""
    town, address = centre
    office = town.office

    def rounds(count: int) -> None:
        for _ in range(count):
            for name in CUSTODIANS:
                words = ["--server", address, "--key", tmp_path / f"{name}.key", "--once", "--demo-clock"]
                where = ["--trust", tmp_path / "TRUST.json", "--data", tmp_path / f"{name}-data"]
                ended = yuanping("custodian", "run", *words, *where)
                assert ended.exit_code == 0, ended.output

    ceremonies.stock(office, 1)
    rounds(3)
    town.book()
    town.prepare()
    asking.ask(office, LOT, SCORES)
    yuanping("custodian", "pause", "--data", tmp_path / "pool-data")
    rounds(1)
    assert len(asking.answers(office, LOT)) == 2
    yuanping("custodian", "resume", "--data", tmp_path / "pool-data")
    rounds(1)
    assert len(asking.answers(office, LOT)) == 3
    told = yuanping("custodian", "log", "--data", tmp_path / "pool-data").output
    assert f"Refused, signed: lot {LOT}, key scores." in told
    assert "may not be opened yet" in told
    assert told.count("Took part in a ceremony") == 8


def test_a_trust_file_with_other_keys_stops_the_agent(centre: tuple[Town, str], tmp_path: Path) -> None:
    """Pins come from elsewhere than the server; without them, or with another's, nothing runs."""
    _, address = centre
    trust = json.loads((tmp_path / "TRUST.json").read_bytes())
    trust["custodians"]["pool"] = trust["custodians"]["operator"]
    (tmp_path / "OTHER.json").write_text(json.dumps(trust))
    for name in ("OTHER.json", "NONE.json"):
        ended = yuanping(
            "custodian", "run", "--server", address, "--key", tmp_path / "pool.key", "--once",
            "--trust", tmp_path / name, "--data", tmp_path / "data",
        )  # fmt: skip
        assert ended.exit_code == 2
        assert "cannot start" in ended.output


def test_a_centre_that_is_away_is_one_line_in_the_log(tmp_path: Path, centre: tuple[Town, str]) -> None:
    """The agent ends its round in order and says so once."""
    ended = yuanping(
        "custodian", "run", "--server", "http://127.0.0.1:9", "--key", tmp_path / "pool.key", "--once",
        "--trust", tmp_path / "TRUST.json", "--data", tmp_path / "data",
    )  # fmt: skip
    assert ended.exit_code == 0
    (line,) = (tmp_path / "data" / LOG).read_text("utf-8").splitlines()
    assert json.loads(line)["what"] == "unreachable"
    for address in ("ftp://x", "centre", "file:///etc/passwd"):
        with pytest.raises(ValueError, match=address):
            over_http(address)
    with pytest.raises(Unreachable):
        over_http("http://127.0.0.1:9")("GET", "/v1/custody/work", None, {})


def test_a_key_file_is_made_once(tmp_path: Path) -> None:
    """Never replaced; a wrong passphrase is one sentence."""
    file = tmp_path / "notary.key"
    assert yuanping("custodian", "new", "公证处", "--key", file).exit_code == 0
    before = file.read_bytes()
    assert yuanping("custodian", "new", "公证处", "--key", file).exit_code == 2
    assert file.read_bytes() == before
    wrong = CliRunner().invoke(
        main,
        ["custodian", "card", "--key", str(file), "--out", str(tmp_path / "card")],
        env={"YUANPING_PASSPHRASE": "wrong"},
    )
    assert wrong.exit_code == 2
    assert "passphrase" in wrong.output


def test_every_refusal_of_the_agent_has_its_sentence() -> None:
    """All codes that stand in the agent's code are told in plain words."""
    root = Path(keyring.__file__).parent.parent / "scheduler"
    source = (root / "agent.py").read_text() + (root / "attested.py").read_text()
    codes = {part.split('"')[0] for part in source.split('code="')[1:]}
    codes |= {"key_too_early", "key_opened_before"}
    assert len(codes) >= 17
    words = catalogue(lang_of("zh"))
    assert [code for code in codes if f"custodian.why.{code}" not in words] == []


def written(tmp_path: Path) -> tuple[Path, list[str]]:
    """A custodian's key file and the lists of its backup, as they were printed."""
    key = tmp_path / "notary.key"
    keyring.make_custodian(key, "notary", "pass", entropy_of(b"n" * 32), QUICK)
    told = yuanping("custodian", "backup", "--key", key).stdout
    parts = re.split(r"^notary: .*$", told, flags=re.MULTILINE)[1:]
    return key, [" ".join(part.split()) for part in parts]


def test_a_seed_goes_onto_paper_and_comes_back(tmp_path: Path) -> None:
    """Three lists, two of them typed with their numbers: the same keys under another file."""
    key, lists = written(tmp_path)
    assert len(lists) == 3
    paper = tmp_path / "typed.txt"
    paper.write_text("\n".join(lists[1:]))
    again = yuanping("custodian", "restore", "notary", "--key", tmp_path / "again.key", "--words", paper)
    assert again.exit_code == 0, again.output
    assert keyring.open_custodian(tmp_path / "again.key", "pass") == keyring.open_custodian(key, "pass")
    assert yuanping("custodian", "restore", "notary", "--key", key, "--words", paper).exit_code == 2


def test_every_slip_of_the_pen_is_named(tmp_path: Path) -> None:
    """An unknown word, a swapped one, lists of two backups, one list alone: exit 2 and where to look."""
    _, lists = written(tmp_path)
    _, others = written(tmp_path / "second")
    one = lists[0].split()
    unknown, swapped = [*one], [*one]
    unknown[1] = "xyzzy"
    swapped[1], swapped[3] = swapped[3], swapped[1]
    for typed, said in (
        ([" ".join(unknown), lists[1]], 'List 1, word 1: "xyzzy"'),
        ([lists[1], " ".join(swapped)], "List 2 does not fit its own checksum"),
        ([lists[0], others[1]], "not of one backup"),
        (lists[:1], "Too few lists: 1 of 2"),
    ):
        paper = tmp_path / "typed.txt"
        paper.write_text("\n".join(typed))
        ended = yuanping("custodian", "restore", "notary", "--key", tmp_path / "new.key", "--words", paper)
        assert ended.exit_code == 2
        assert said in ended.output
    assert not (tmp_path / "new.key").exists()
