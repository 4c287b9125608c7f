"""Fields at rest: they open at their own place under their own key, and tell not even a length."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.errors import Broken
from crypto.fields import Place, decrypt, encrypt, tag

KEY = bytes(range(32))
NONCE = bytes(range(12))
PLACE = Place(table="expert", column="name", row="41")


@given(st.text(st.characters(codec="utf-8"), max_size=200), st.binary(min_size=12, max_size=12))
@settings(max_examples=80, deadline=None)
def test_a_text_comes_back_from_its_place(text: str, nonce: bytes) -> None:
    """Any Unicode text, the empty one included."""
    assert decrypt(KEY, PLACE, encrypt(KEY, PLACE, text, nonce)) == text


@given(st.integers(0, 60), st.integers(1, 255))
@settings(max_examples=80, deadline=None)
def test_no_changed_byte_goes_unnoticed(at: int, change: int) -> None:
    """Version, nonce, ciphertext or tag."""
    data = bytearray(encrypt(KEY, PLACE, "张伟", NONCE))
    data[at] ^= change
    with pytest.raises(Broken):
        decrypt(KEY, PLACE, bytes(data))


@pytest.mark.parametrize(
    "place",
    [
        replace(PLACE, row="42"),
        replace(PLACE, column="phone"),
        replace(PLACE, table="user"),
        Place(table="exper", column="tname", row="41"),
    ],
)
def test_a_field_moved_elsewhere_does_not_open(place: Place) -> None:
    """Whoever can write the database cannot give one expert another's certificate."""
    with pytest.raises(Broken):
        decrypt(KEY, place, encrypt(KEY, PLACE, "张伟", NONCE))


def test_another_key_does_not_open() -> None:
    """A wrong key file is noticed at the first field."""
    with pytest.raises(Broken):
        decrypt(bytes(32), PLACE, encrypt(KEY, PLACE, "张伟", NONCE))


def test_short_and_long_names_have_one_length() -> None:
    """王五 and 欧阳修文 cannot be told apart in a copied database."""
    assert len({len(encrypt(KEY, PLACE, name, NONCE)) for name in ("", "王五", "欧阳修文", "x" * 28)}) == 1


@pytest.mark.parametrize("data", [b"", b"\1", b"\1" * 60, b"\2" * 61, b"\1" * 1000])
def test_what_is_no_stored_field_is_refused(data: bytes) -> None:
    """Cut and foreign bytes raise Broken and nothing else."""
    with pytest.raises(Broken):
        decrypt(KEY, PLACE, data)


def test_short_keys_and_nonces_are_refused() -> None:
    """Our own mistakes are ValueErrors."""
    with pytest.raises(ValueError, match="32 bytes"):
        encrypt(b"short", PLACE, "x", NONCE)
    with pytest.raises(ValueError, match="32 bytes"):
        tag(b"short", "x", "y")
    with pytest.raises(ValueError, match="nonce"):
        encrypt(KEY, PLACE, "x", b"short")


def test_tags_match_only_for_the_same_key_label_and_values() -> None:
    """One organisation has one tag per lot key; a border between values cannot move."""
    tags = {
        tag(KEY, "org", "a", "bc"),
        tag(KEY, "org", "ab", "c"),
        tag(KEY, "org", "abc"),
        tag(KEY, "orga", "bc"),
        tag(KEY, "person", "a", "bc"),
        tag(bytes(32), "org", "a", "bc"),
    }
    assert len(tags) == 6
    assert tag(KEY, "org", "a", "bc") in tags
    assert all(len(one) == 32 for one in tags)
