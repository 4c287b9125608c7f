"""How is one value of a stored body read when every other spelling must be refused, by ValueError?"""

from fractions import Fraction
from typing import Any


def listed(value: Any) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        raise ValueError("expected a list")
    return value


def keyed(value: Any, keys: tuple[str, ...]) -> dict[str, Any]:
    """An object with exactly these keys."""
    if not isinstance(value, dict) or set(value) != set(keys):
        raise ValueError(f"expected an object with {', '.join(keys)}")
    return value


def text(value: Any) -> str:
    """Text that is not empty."""
    if not isinstance(value, str) or not value:
        raise ValueError("expected text")
    return value


def truth(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError("expected true or false")
    return value


def place(value: Any) -> int:
    """A small whole number from 0, written as a number."""
    if type(value) is not int or value < 0:
        raise ValueError("expected a place")
    return value


def whole(value: Any) -> int:
    """A whole number from 0, written as text without leading zeros."""
    told = text(value)
    if not (told.isascii() and told.isdigit()) or str(int(told)) != told:
        raise ValueError("expected a whole number as text")
    return int(told)


def signed(value: Any) -> int:
    """A whole number, written as text; a minus sign only before what is not zero."""
    told = text(value)
    number = -whole(told[1:]) if told.startswith("-") else whole(told)
    if str(number) != told:
        raise ValueError("expected a whole number as text")
    return number


def fraction(value: Any) -> Fraction:
    """`a/b` in lowest terms."""
    above, _, below = text(value).partition("/")
    found = Fraction(whole(above), whole(below))
    if spelled(found) != value:
        raise ValueError("expected a fraction in lowest terms")
    return found


def spelled(value: Fraction) -> str:
    """As `fraction` reads it."""
    return f"{value.numerator}/{value.denominator}"
