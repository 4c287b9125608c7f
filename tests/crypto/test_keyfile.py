"""Key files: what a passphrase opens, and what no file may ask of the machine."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.canonical import canonical
from crypto.errors import Broken, CryptoError, NotForYou
from crypto.keyfile import Effort, lock, unlock

CHEAP = Effort(memory=8, passes=1, lanes=1)
SECRETS = {"sign": bytes(range(32)), "seal": bytes(32)}


def locked(passphrase: str = "合肥市 2027", effort: Effort = CHEAP) -> bytes:
    """A small key file of a custodian."""
    return lock(
        SECRETS,
        passphrase,
        kind="custodian",
        name="省公证处",
        salt=bytes(range(16)),
        nonce=bytes(range(12)),
        effort=effort,
    )


def test_the_right_passphrase_opens_every_secret() -> None:
    """What was locked comes back, with kind and name."""
    file = unlock(locked(), "合肥市 2027", kind="custodian")
    assert (file.kind, file.name, dict(file.secrets)) == ("custodian", "省公证处", SECRETS)


def test_the_default_effort_is_the_second_choice_of_rfc_9106() -> None:
    """64 MiB, three passes, four lanes: written into the file, so that a later default stays readable."""
    body = json.loads(locked(effort=Effort()))
    assert (body["memory"], body["passes"], body["lanes"]) == (65536, 3, 4)
    assert unlock(locked(effort=Effort()), "合肥市 2027").name == "省公证处"


def test_a_passphrase_typed_in_another_unicode_form_still_opens() -> None:
    """é as one sign or as two is the same passphrase."""
    assert unlock(locked("caf\u00e9"), "cafe\u0301").kind == "custodian"


def test_a_wrong_passphrase_is_not_for_you() -> None:
    """The file may be whole: it is the passphrase that does not fit."""
    with pytest.raises(NotForYou):
        unlock(locked(), "合肥市 2028")


@pytest.mark.parametrize("passphrase", ["", "\udcff"], ids=["empty", "not Unicode"])
def test_what_can_be_no_passphrase_is_a_wrong_one(passphrase: str) -> None:
    """Return pressed too early, or bytes that a terminal could not read."""
    with pytest.raises(NotForYou):
        unlock(locked(), passphrase)


def test_a_file_of_another_kind_is_refused_before_the_passphrase_is_tried() -> None:
    """A server's key file is not taken for a custodian's."""
    with pytest.raises(Broken, match="of kind custodian"):
        unlock(locked(), "wrong anyway", kind="server")


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_changed_byte_is_noticed(data: st.DataObject) -> None:
    """Broken or NotForYou, never another secret, another name or a crash."""
    file = bytearray(locked())
    at = data.draw(st.integers(0, len(file) - 1))
    file[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CryptoError):
        unlock(bytes(file), "合肥市 2027")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("memory", 64 * 1024 * 1024),
        ("memory", 7),
        ("memory", -1),
        ("memory", True),
        ("memory", "8"),
        ("passes", 0),
        ("passes", 1_000_000),
        ("lanes", 0),
        ("lanes", 255),
        ("format", "yuanping-key-file/2"),
        ("kdf", "scrypt"),
        ("cipher", "none"),
        ("kind", 1),
        ("name", None),
        ("salt", ""),
        ("nonce", "00"),
        ("sealed", None),
        ("sealed", "zz"),
    ],
)
def test_a_hostile_file_takes_neither_memory_nor_time(field: str, value: object) -> None:
    """A file that asks for 64 GiB, a million passes or another scheme is no key file."""
    body = json.loads(locked())
    body[field] = value
    with pytest.raises(Broken):
        unlock(canonical(body), "合肥市 2027")


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b" " * (1 << 21), b'{"a":1}'])
def test_what_is_no_key_file_is_refused(data: bytes) -> None:
    """Other bytes raise Broken and nothing else."""
    with pytest.raises(Broken):
        unlock(data, "x")


def test_a_file_too_large_for_keys_is_not_even_parsed() -> None:
    """A megabyte is the end."""
    with pytest.raises(Broken, match="too large"):
        unlock(canonical({"a": "x" * (1 << 20)}), "x")


def test_locking_refuses_an_empty_passphrase_and_short_entropy() -> None:
    """Our own mistakes are ValueErrors."""
    with pytest.raises(ValueError, match="passphrase"):
        locked("")
    with pytest.raises(ValueError, match="salt"):
        lock({}, "x", kind="a", name="b", salt=b"", nonce=bytes(12), effort=CHEAP)


def test_an_opened_file_shows_no_secret_when_printed() -> None:
    """A log line with a key file in it tells kind and name only."""
    assert repr(SECRETS["sign"]) not in repr(unlock(locked(), "合肥市 2027"))
