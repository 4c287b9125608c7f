"""Blind codes: other codes in another order for every expert, and no typing error goes through."""

from collections import Counter

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crypto.canonical import keyed
from crypto.codes import ALPHABET, BlindCode, codes_for, read_code
from crypto.errors import Broken

KEY = bytes(range(32))
SLOTS = [str(i) for i in range(1, 11)]


def with_check(body: str) -> str:
    """Signs with the check letter that the code itself accepts."""
    return next(read_code(body + sign) for sign in ALPHABET if _fits(body + sign))


def _fits(text: str) -> bool:
    try:
        return bool(read_code(text))
    except Broken:
        return False


def test_a_code_is_the_head_of_its_tag_and_the_order_is_the_order_of_tags() -> None:
    """Worked a second time from the words of the definition."""
    tags = {slot: keyed(KEY, "yuanping/codes/tag/v1", b"lot", b"3", slot.encode()).hex() for slot in SLOTS}
    given_codes = codes_for(KEY, "lot", "3", SLOTS)
    assert [one.slot for one in given_codes] == sorted(SLOTS, key=lambda slot: tags[slot])
    for one in given_codes:
        bits = bin(int(tags[one.slot], 16))[2:].zfill(256)[:30]
        signs = "".join(ALPHABET[int(bits[i : i + 5], 2)] for i in range(0, 30, 5))
        assert one.code.replace("-", "")[:6] == signs


def test_codes_look_as_people_expect() -> None:
    """Three signs, three signs, a check letter; nothing that reads as two signs."""
    for one in codes_for(KEY, "lot", "1", SLOTS):
        assert [len(group) for group in one.code.split("-")] == [3, 3, 1]
        assert not set(one.code) & set("01OI")


def test_no_two_experts_share_a_code_or_an_order() -> None:
    """Seven experts and ten bids: seventy codes, seven orders, whatever order the slots came in."""
    screens = [codes_for(KEY, "lot", str(expert), SLOTS) for expert in range(7)]
    assert len({one.code for screen in screens for one in screen}) == 70
    assert len({tuple(one.slot for one in screen) for screen in screens}) == 7
    assert codes_for(KEY, "lot", "1", reversed(SLOTS)) == screens[1]


def test_a_slot_stands_at_every_place_equally_often() -> None:
    """Over 2 000 experts the first bid is shown in every one of four places about 500 times."""
    places = Counter(
        [one.slot for one in codes_for(KEY, "lot", str(expert), SLOTS[:4])].index("1")
        for expert in range(2000)
    )
    assert all(abs(count - 500) < 5 * 20 for count in places.values())


def test_codes_grow_on_collision() -> None:
    """Slots 25372 and 42555 of this lot share 30 bits: all codes of the screen take three more signs."""
    alone = codes_for(KEY, "lot", "1", ["25372"])[0].code
    assert alone == codes_for(KEY, "lot", "1", ["42555"])[0].code
    grown = codes_for(KEY, "lot", "1", ["1", "25372", "42555"])
    assert len({one.code for one in grown}) == 3
    assert {len(one.code) for one in grown} == {len("AAA-AAA-AAA-A")}
    assert all(read_code(one.code) == one.code for one in grown)
    assert sum(one.code.startswith(alone[:7]) for one in grown) == 2


@given(st.text(ALPHABET, min_size=6, max_size=6), st.integers(0, 6), st.sampled_from(ALPHABET))
@settings(max_examples=200, deadline=None)
def test_every_single_mistyped_sign_is_noticed(body: str, place: int, sign: str) -> None:
    """Any one sign of the code changed to any other, the check letter included."""
    code = list(with_check(body).replace("-", ""))
    assume(code[place] != sign)
    code[place] = sign
    with pytest.raises(Broken):
        read_code("".join(code))


@given(st.text(ALPHABET, min_size=9, max_size=9), st.integers(0, 9), st.integers(0, 9))
@settings(max_examples=200, deadline=None)
def test_every_two_swapped_signs_are_noticed(body: str, one: int, two: int) -> None:
    """Neighbours or not, the check letter included."""
    code = list(with_check(body).replace("-", ""))
    assume(code[one] != code[two])
    code[one], code[two] = code[two], code[one]
    with pytest.raises(Broken):
        read_code("".join(code))


def test_a_code_is_read_as_people_type_it() -> None:
    """Lower case, blanks instead of hyphens, or nothing between the groups."""
    code = codes_for(KEY, "lot", "1", SLOTS)[0].code
    for typed in (code.lower(), code.replace("-", " "), code.replace("-", ""), f"  {code}\n"):
        assert read_code(typed) == code


@pytest.mark.parametrize(
    "text", ["", "A", "AAAAAA", "AAA-AAA-A-A", "AAA-AA0-A", "ＡAA-AAA-A", "A" * 40, "ß" * 7]
)
def test_what_is_no_code_is_refused(text: str) -> None:
    """Wrong lengths and foreign signs."""
    with pytest.raises(Broken):
        read_code(text)


def test_a_slot_cannot_stand_twice() -> None:
    """Two codes for one bid would be two bids."""
    with pytest.raises(ValueError, match="twice"):
        codes_for(KEY, "lot", "1", ["1", "1"])
    assert codes_for(KEY, "lot", "1", []) == ()
    assert BlindCode(slot="1", code="x").slot == "1"
