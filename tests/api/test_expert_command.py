"""`yuanping expert` and `yuanping pool enrol`: a key made on the expert's machine, enrolled after its fingerprint."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api import keyring
from api.cli import main
from api.services.importing import apply_import
from api.store.db import Database
from api.store.schema import upgrade
from crypto.keys import fingerprint, sealing_key, signing_key
from fixtures.invented import expert_number
from scheduler.events import Member
from scheduler.vouching import Invited, Says, open_answer, open_certificate
from tests.town import entropy_of, register

ONE, TWO = expert_number(1), expert_number(2)
EXPERTS = sealing_key(b"e" * 32)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The pool owner's folder with the town's register."""
    secret, url = tmp_path / "secret.key", f"sqlite:///{tmp_path / 'pool.db'}"
    keyring.make_secret(secret, demo=True, entropy=entropy_of(b"p" * 32))
    database = Database(url)
    upgrade(database)
    with database.transaction() as session:
        apply_import(session, register(), key=keyring.load(secret).personal)
    database.close()
    monkeypatch.setenv("YUANPING_SECRET_KEY_FILE", str(secret))
    monkeypatch.setenv("YUANPING_DATABASE_URL", url)
    monkeypatch.setenv("YUANPING_DATA_DIR", str(tmp_path))
    return tmp_path


def yuanping(*words: object, typed: str = "") -> Result:
    """The command, in this process."""
    environment = {"YUANPING_PASSPHRASE": "pass", "YUANPING_LANG": "en"}
    return CliRunner().invoke(main, [str(word) for word in words], env=environment, input=typed)


def made(file: Path) -> tuple[str, str]:
    """A new key file: public key and fingerprint as told."""
    told = yuanping("expert", "new", "--key", file)
    assert told.exit_code == 0, told.output
    found = re.search(r"public key: ([0-9a-f]{64})\nfingerprint: ([a-z2-7-]{39})", told.output)
    assert found is not None
    return found[1], found[2]


def test_a_key_is_made_shown_and_enrolled(house: Path) -> None:
    """Made on one machine, read out, enrolled on the other; a second one leaves a trace, the first never comes back."""
    first, mark = made(house / "one.key")
    assert yuanping("expert", "card", "--key", house / "one.key").output.split()[2] == first
    assert mark == fingerprint(bytes.fromhex(first))
    done = yuanping("pool", "enrol", ONE, "--key", first, typed=f"{mark.upper().replace('-', ' ')}\n")
    assert (done.exit_code, "is enrolled" in done.output) == (0, True)
    again = yuanping("pool", "enrol", ONE, "--key", first, "--fingerprint", mark)
    assert "nothing has changed" in again.output
    second, other = made(house / "two.key")
    assert yuanping("pool", "enrol", ONE, "--key", second, "--fingerprint", other).exit_code == 0
    assert [line.split()[0] for line in yuanping("pool", "keys", ONE).output.splitlines()] == [mark, other]
    back = yuanping("pool", "enrol", ONE, "--key", first, "--fingerprint", mark)
    assert (back.exit_code, "replaced before" in back.output) == (2, True)


def test_nothing_is_enrolled_that_the_expert_has_not_read_out(house: Path) -> None:
    """Another fingerprint, another's key, nobody's number, a degenerate key: each a sentence and exit 2."""
    key, mark = made(house / "one.key")
    other = fingerprint(signing_key(b"x" * 32).public)
    assert yuanping("pool", "enrol", ONE, "--key", key, "--fingerprint", mark).exit_code == 0
    zero = "01" + "00" * 31
    for number, public, told, why in (
        (TWO, signing_key(b"y" * 32).public.hex(), other, "another one"),
        (TWO, key, mark, "somebody else"),
        ("nobody", signing_key(b"x" * 32).public.hex(), other, "no expert"),
        (TWO, zero, fingerprint(bytes.fromhex(zero)), "Not a public signing key"),
        (TWO, "abc", other, "cannot be used"),
    ):
        refused = yuanping("pool", "enrol", number, "--key", public, "--fingerprint", told)
        assert (refused.exit_code, why in refused.output) == (2, True), refused.output
    assert "No key is enrolled" in yuanping("pool", "keys", TWO).output


def test_the_command_signs_like_the_page(house: Path) -> None:
    """An answer and a certificate made at the command line open with the expert-identity key."""
    key, _ = made(house / "one.key")
    member, device = Member("P-AAAAAAAAAAAAAAAA"), signing_key(b"d" * 32).public
    where = ("--key", house / "one.key", "--evaluation", EXPERTS.public.hex(), "--member", member)
    told = yuanping("expert", "answer", "decline", *where, "--round", 2).output.strip()
    asked = Invited(experts=EXPERTS.public, round=2, member=member)
    proof = open_answer(EXPERTS.private, bytes.fromhex(told), asked, Says.DECLINE)
    assert proof.public.hex() == key
    told = yuanping("expert", "certify", *where, "--device", device.hex()).output.strip()
    assert open_certificate(EXPERTS.private, bytes.fromhex(told), member, device).public.hex() == key


def test_faults_of_the_command_are_sentences(house: Path) -> None:
    """No file, no key, no evaluation: exit 2 and a sentence, never a trace."""
    made(house / "one.key")
    assert yuanping("expert", "new", "--key", house / "one.key").exit_code == 2
    assert yuanping("expert", "card", "--key", house / "none.key").exit_code == 2
    where = ("--key", house / "one.key", "--member", "P-A")
    for evaluation, device in (("00" * 32, "ab" * 32), ("zz", "ab" * 32), (EXPERTS.public.hex(), "00" * 32)):
        refused = yuanping("expert", "certify", *where, "--evaluation", evaluation, "--device", device)
        assert (refused.exit_code, "cannot be used" in refused.output) == (2, True), refused.output


def test_a_register_that_cannot_be_read_is_a_sentence(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is no database, a server that is gone, a register sealed under another key: never a trace."""
    key, mark = made(house / "one.key")
    assert yuanping("pool", "enrol", ONE, "--key", key, "--fingerprint", mark).exit_code == 0
    other = house / "other.key"
    keyring.make_secret(other, demo=True, entropy=entropy_of(b"o" * 32))
    monkeypatch.setenv("YUANPING_SECRET_KEY_FILE", str(other))
    sealed = yuanping("pool", "keys", ONE)
    assert (sealed.exit_code, "cannot be used" in sealed.output) == (2, True), sealed.exception
    (house / "rubbish.db").write_bytes(b"no database " * 9)
    for url in (f"sqlite:///{house / 'rubbish.db'}", "postgresql://postgres@127.0.0.1:1/none"):
        monkeypatch.setenv("YUANPING_DATABASE_URL", url)
        for words in (("pool", "keys", ONE), ("db", "check"), ("logins", "list")):
            gone = yuanping(*words)
            assert gone.exit_code in (1, 2), gone.exception
            assert "cannot be used" in gone.output or "may not be used" in gone.output
