"""What does a lottery publish so that anyone can prove that none is fairer? Whole numbers, level by level.

Which limit a number belongs to is told by its place: limits are counted in the order of `ordered`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from scheduler.limits import Limit
from scheduler.model import ExpertId
from scheduler.strict import fraction, keyed, listed, place, signed, spelled, text, whole

Prices = tuple[tuple[int, int], ...]  # (place of a limit, whole number, not 0), places rising


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """People of whom no lawful panel holds anyone: with `weight` each, `prices` leave less than that."""

    people: tuple[ExpertId, ...]
    weight: int
    prices: Prices


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """The classes that stop rising here, and why: weights per seat, and prices of limits that bound them.

    `ceiling`: by arithmetic alone, no lottery that gives every class of an earlier level what it has there
    gives all others more than this. Prices are in parts of 1/`scale`. `searched`: the most that a lawful
    panel weighs where only a search could tell; None where arithmetic says it.
    """

    classes: tuple[int, ...]
    weights: tuple[tuple[int, tuple[int, ...]], ...]  # (whole number > 0, classes that weigh it), falling
    prices: Prices
    ceiling: Fraction
    scale: int = 1
    searched: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Proofs in the order in which they rest on each other."""

    outside: tuple[Outside, ...] = ()
    levels: tuple[Level, ...] = ()

    def to_body(self) -> dict[str, Any]:
        """A value with a canonical form; numbers that may be large are text."""
        return {
            "outside": [
                {"people": list(o.people), "weight": str(o.weight), "prices": _prices(o.prices)}
                for o in self.outside
            ],
            "levels": [
                {
                    "classes": list(level.classes),
                    "weights": [[str(weight), list(classes)] for weight, classes in level.weights],
                    "prices": _prices(level.prices),
                    "scale": str(level.scale),
                    "ceiling": spelled(level.ceiling),
                    "searched": None if level.searched is None else str(level.searched),
                }
                for level in self.levels
            ],
        }


def ordered(limits: Iterable[Limit]) -> tuple[Limit, ...]:
    """The limits by content, so that no order of rows or rules can move them."""
    return tuple(sorted(limits, key=_content))


def _content(limit: Limit) -> tuple[Any, ...]:
    most = -1 if limit.most is None else limit.most
    experts = None if limit.experts is None else sorted(limit.experts)
    return limit.rule, limit.roles or (), experts is not None, experts or [], limit.least, most, limit.each


def read_certificate(body: Any) -> Certificate:
    """The certificate of a body as `to_body` writes it. Raises ValueError for any other spelling."""
    top = keyed(body, ("levels", "outside"))
    return Certificate(
        outside=tuple(_outside(one) for one in listed(top["outside"])),
        levels=tuple(_level(one) for one in listed(top["levels"])),
    )


def _outside(body: Any) -> Outside:
    one = keyed(body, ("people", "prices", "weight"))
    people = tuple(ExpertId(text(who)) for who in listed(one["people"]))
    return Outside(people=people, weight=whole(one["weight"]), prices=_read_prices(one["prices"]))


def _level(body: Any) -> Level:
    one = keyed(body, ("ceiling", "classes", "prices", "scale", "searched", "weights"))
    weights = [listed(pair) for pair in listed(one["weights"])]
    if any(len(pair) != 2 for pair in weights) or whole(one["scale"]) == 0:
        raise ValueError("expected weight and classes, and a scale above zero")
    return Level(
        classes=tuple(place(c) for c in listed(one["classes"])),
        weights=tuple((whole(weight), tuple(place(c) for c in listed(some))) for weight, some in weights),
        prices=_read_prices(one["prices"]),
        scale=whole(one["scale"]),
        ceiling=fraction(one["ceiling"]),
        searched=None if one["searched"] is None else whole(one["searched"]),
    )


def _prices(prices: Prices) -> list[list[Any]]:
    return [[limit, str(number)] for limit, number in prices]


def _read_prices(body: Any) -> Prices:
    pairs = [listed(pair) for pair in listed(body)]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError("expected limit and number")
    return tuple((place(limit), signed(number)) for limit, number in pairs)
