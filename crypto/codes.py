"""Which blind code stands for which bid on one expert's screen, and in which order.

Every expert gets other codes in another order, so that "give number 3 full marks" means nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from crypto.canonical import keyed
from crypto.errors import Broken

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32 signs: no 0 beside O, no 1 beside I

_VALUE = {sign: value for value, sign in enumerate(ALPHABET)}
_SHORTEST, _LONGEST = 6, 30  # signs before the check letter; 6 signs are 30 bits
_GROUP = 3
_FIELD = 0b100101  # x^5 + x^2 + 1 over two elements: x runs through all 31 of the field's others


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindCode:
    """`code` stands for the bid in `slot` on one expert's screen."""

    slot: str
    code: str


def codes_for(key: bytes, lot: str, expert: str, slots: Iterable[str]) -> tuple[BlindCode, ...]:
    """The codes of one expert in display order, from the lot's 32-byte code key.

    Codes look like K7Q-2MD-4: 30 bits of the tag and a check letter; all of them grow by three signs as
    long as two would be alike. `expert` and `slots` are the lot's slot names, never people's. A slot that
    stands twice raises ValueError.
    """
    named = list(slots)
    if len(set(named)) != len(named):
        raise ValueError("a slot stands twice")
    tagged = sorted((_tag(key, lot, expert, slot), slot) for slot in named)
    length = _length([tag for tag, _ in tagged])
    return tuple(BlindCode(slot=slot, code=_spell(_signs(tag, length))) for tag, slot in tagged)


def read_code(text: str) -> str:
    """The one spelling of a code that a person typed: case, spaces and hyphens do not matter.

    Raises Broken on an unknown sign, a wrong length or a check letter that does not fit: every single
    mistyped sign and every two swapped signs are noticed.
    """
    signs = "".join(text.upper().replace("-", " ").split())
    if not all(sign in _VALUE for sign in signs):
        raise Broken("a code has letters and the digits 2 to 9 only")
    body, check = signs[:-1], signs[-1:]
    if len(body) % _GROUP or not _SHORTEST <= len(body) <= _LONGEST:
        raise Broken("a code has six signs and a check letter")
    if check != _check_sign(body):
        raise Broken("the check letter does not fit: mistyped?")
    return _spell(body)


def _tag(key: bytes, lot: str, expert: str, slot: str) -> bytes:
    parts = (part.encode("utf-8") for part in (lot, expert, slot))
    return keyed(key, "yuanping/codes/tag/v1", *parts)


def _length(tags: list[bytes]) -> int:
    length = _SHORTEST
    while len({_signs(tag, length) for tag in tags}) < len(tags):
        length += _GROUP
    return length


def _signs(tag: bytes, length: int) -> str:
    number = int.from_bytes(tag, "big") >> (8 * len(tag) - 5 * length)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


def _spell(body: str) -> str:
    groups = [body[i : i + _GROUP] for i in range(0, len(body), _GROUP)]
    return "-".join([*groups, _check_sign(body)])


def _check_sign(body: str) -> str:
    """Sum of x^i times the i-th sign over the field of 32: other weights for all 31 places."""
    total = 0
    for sign in body:
        total = _times_x(total ^ _VALUE[sign])
    return ALPHABET[total]


def _times_x(value: int) -> int:
    doubled = value << 1
    return doubled ^ _FIELD if doubled & 32 else doubled
