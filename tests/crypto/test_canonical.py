"""Canonical bytes: pairs of RFC 8785 that need no floats, then everything that has no one spelling."""

import hashlib
import hmac
import unicodedata
from enum import IntEnum, StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.canonical import canonical, digest, digest_of, frame, keyed, keyed_on, parse, unhex
from crypto.errors import Broken

TEXTS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Z")), max_size=8).map(
    lambda text: unicodedata.normalize("NFC", text)
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("value", "data"),
    [
        ({"b": 1, "a": [True, False, None]}, b'{"a":[true,false,null],"b":1}'),
        ({"\U0001f600": 2, "\uff21": 1}, None),
        ({"1": {"f": {"f": "hi", "F": 5}, "\n": 56}}, b'{"1":{"\\n":56,"f":{"F":5,"f":"hi"}}}'),
        ('\u20ac$\u000f\nA\'B"\\\\"/', b'"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),
        ({"\u20ac": 1, "\r": 2, "\U0001f600": 4, "1": 3}, None),
        (2**53 - 1, b"9007199254740991"),
        (-0, b"0"),
        ("", b'""'),
    ],
)
def test_known_values_have_known_bytes(value: object, data: bytes | None) -> None:
    """Keys sort by UTF-16 units, control characters are escaped, nothing else is (RFC 8785 §3.2)."""
    if data is not None:
        assert canonical(value) == data
        assert parse(data) == value
    else:
        with_order = list(parse(canonical(value)))
        assert with_order == sorted(with_order, key=lambda key: key.encode("utf-16-be"))


@given(VALUES)
@settings(max_examples=150, deadline=None)
def test_every_value_comes_back_from_its_bytes(value: Any) -> None:
    """Writing and reading is the identity, and the bytes are the only ones that read so."""
    assert parse(canonical(value)) == value


@given(VALUES, st.data())
@settings(max_examples=150, deadline=None)
def test_no_second_spelling_reads_as_the_same_value(value: Any, data: st.DataObject) -> None:
    """After any change of one byte the bytes are refused or mean something else."""
    spelled = bytearray(canonical(value))
    at = data.draw(st.integers(0, len(spelled) - 1))
    spelled[at] ^= data.draw(st.integers(1, 255))
    try:
        other = parse(bytes(spelled))
    except Broken:
        return
    assert canonical(other) != canonical(value)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" 1",
        b"1\n",
        b"1.0",
        b"1e3",
        b"-0",
        b"01",
        b"NaN",
        b"Infinity",
        b"9007199254740992",
        b"1" * 5000,
        b'{"a":1,"a":1}',
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'"\\u0041"',
        b'"\\/"',
        b'"\\ud800"',
        b'{"\\ud800":1}',
        b'"e\xcc\x81"',
        b'{"e\xcc\x81":1}',
        b"\xff",
        b"\xef\xbb\xbf1",
        b'"\xed\xa0\x80"',
        b"[" * 100_000,
        b"[" * 500 + b"]" * 500,
        b'{"a":' * 900 + b"1" + b"}" * 900,
        b"[1,]",
        b"'a'",
    ],
    ids=lambda data: repr(data[:16]),
)
def test_other_spellings_are_refused(data: bytes) -> None:
    """Floats, spaces, escapes, doubled keys, other orders and Unicode forms, depth: all Broken."""
    with pytest.raises(Broken):
        parse(data)


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        2**53,
        -(2**53),
        b"bytes",
        {1: 2},
        {"a"},
        "e\u0301",
        "\ud800",
        {"\ud800": 1},
        pytest.param(object(), id="an object"),
    ],
    ids=repr,
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    """Floats, large numbers, bytes, half characters: the writer is stopped, not only the reader."""
    with pytest.raises(Broken):
        canonical(value)


def test_enums_and_tuples_are_written_as_what_they_stand_for() -> None:
    """A frozen record needs no translation."""

    class Colour(StrEnum):
        RED = "red"

    class Count(IntEnum):
        TWO = 2

    assert canonical({"c": Colour.RED, "n": (Count.TWO,)}) == b'{"c":"red","n":[2]}'


@given(st.lists(st.binary(max_size=6), max_size=4), st.lists(st.binary(max_size=6), max_size=4))
@settings(max_examples=200, deadline=None)
def test_two_different_lists_never_have_one_frame(one: list[bytes], two: list[bytes]) -> None:
    """Lengths stand before every part, so nothing can move across a border."""
    assert (frame("x", *one) == frame("x", *two)) == (one == two)


def test_the_labelled_hashes_are_pinned() -> None:
    """Frame, hash and keyed hash written out by hand once."""
    framed = b"\0\0\0\5label\0\0\0\2ab\0\0\0\0"
    assert frame("label", b"ab", b"") == framed
    assert digest("label", b"ab", b"") == hashlib.sha256(framed).digest()
    assert keyed(bytes(32), "label", b"ab", b"") == hmac.new(bytes(32), framed, "sha256").digest()
    assert digest_of("label", {"a": 1}) == digest("label", b'{"a":1}').hex()
    with pytest.raises(ValueError, match="32 bytes"):
        keyed(b"short", "label")


@pytest.mark.parametrize("text", ["AB", "a", "0g", "a b", " ab", "ab ", None, 12, b"ab", "ａｂ"])
def test_only_lower_case_hexadecimal_is_read(text: object) -> None:
    """One spelling per byte string (contract of the bundle)."""
    with pytest.raises(Broken):
        unhex(text)


def test_hexadecimal_of_another_length_is_refused() -> None:
    """A field of 32 bytes has 32 bytes."""
    assert unhex("00ff", 2) == b"\x00\xff"
    with pytest.raises(Broken):
        unhex("00ff", 3)


def test_a_keyed_hash_with_a_fixed_beginning_is_the_keyed_hash() -> None:
    """Many last parts behind the same first ones give what `keyed` gives for each."""
    key = bytes(range(32))
    mark = keyed_on(key, "label", b"first", b"")
    for last in (b"", b"x", b"yz" * 100):
        assert mark(last) == keyed(key, "label", b"first", b"", last)
