"""Who takes part in a ceremony, with which keys, and what is to be made?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from crypto.canonical import digest, unhex
from crypto.errors import Broken
from crypto.keys import (
    PUBLIC,
    SEED,
    SealingKey,
    SigningKey,
    enrol,
    enrol_sealing,
    sealing_key,
    signing_key,
    subseed,
)
from crypto.shares import MOST

Pins = Mapping[str, tuple[bytes, bytes]]  # name: public signing key, public sealing key


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """One custodian's own keys, all from its one kept 32-byte seed."""

    name: str
    sign: SigningKey
    seal: SealingKey
    seed: bytes = field(repr=False)

    def passing(self, mark: bytes) -> SealingKey:
        """The sealing key for one ceremony alone, from seed and plan: what a complaint shows opens nothing else."""
        return sealing_key(subseed(self.seed, "custodian passing", mark))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One custodian as the others know it."""

    name: str
    sign: bytes
    seal: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What one ceremony makes: a key named `key_id` that any `threshold` of the seats open; the id is fresh."""

    ceremony: bytes  # 32 bytes, never used twice
    key_id: str
    threshold: int
    seats: tuple[Seat, ...]
    mark: bytes = field(init=False)  # the 32 bytes that stand for this plan in everything said about it

    def __post_init__(self) -> None:
        parts = [part for seat in self.seats for part in (seat.name.encode("utf-8"), seat.sign, seat.seal)]
        head = (self.ceremony, self.key_id.encode("utf-8"), bytes([self.threshold]))
        object.__setattr__(self, "mark", digest("yuanping/ceremony/plan/v1", *head, *parts))

    @property
    def names(self) -> tuple[str, ...]:
        """The seats' names in their order; the seat at position i gets share i + 1."""
        return tuple(seat.name for seat in self.seats)

    def index(self, name: str) -> int:
        """The share's index (1 … n) of a seat; Broken for a stranger."""
        if name not in self.names:
            raise Broken(f"{name} has no seat in this ceremony")
        return self.names.index(name) + 1

    def seat(self, name: str) -> Seat:
        """The seat of a name; Broken for a stranger."""
        return self.seats[self.index(name) - 1]


def own_of(name: str, seed: bytes) -> Own:
    """All keys of a custodian from its one 32-byte seed."""
    sign, seal = subseed(seed, "custodian sign"), subseed(seed, "custodian seal")
    return Own(name=name, sign=signing_key(sign), seal=sealing_key(seal), seed=seed)


def seat_of(own: Own) -> Seat:
    """The public side of a custodian."""
    return Seat(name=own.name, sign=own.sign.public, seal=own.seal.public)


def check_plan(plan: Plan, pins: Pins) -> None:
    """Nothing, if the plan is sound and its seats are exactly the pinned custodians; else Broken.

    Pins come from a trust file, never from whoever proposes the plan: a server's invented custodians stop here.
    """
    names, signs, seals = ([getattr(seat, part) for seat in plan.seats] for part in ("name", "sign", "seal"))
    if not 2 <= plan.threshold <= len(names) <= MOST or len(plan.ceremony) != SEED:
        raise Broken(f"{plan.threshold} of {len(names)} is no custody")
    if "" in names or any(len(set(each)) != len(names) for each in (names, signs, seals)):
        raise Broken("seats of one ceremony need different names and keys")
    for seat in plan.seats:
        enrol(seat.sign)
        enrol_sealing(seat.seal)
    if {seat.name: (seat.sign, seat.seal) for seat in plan.seats} != dict(pins):
        raise Broken("the seats are not the pinned custodians")


def plan_body(plan: Plan) -> dict[str, Any]:
    """A plan as canonical-JSON-able values."""
    return {
        "ceremony": plan.ceremony.hex(),
        "key_id": plan.key_id,
        "threshold": plan.threshold,
        "seats": [
            {"name": seat.name, "sign": seat.sign.hex(), "seal": seat.seal.hex()} for seat in plan.seats
        ],
    }


def plan_of(body: Any) -> Plan:
    """The plan of a body; any other form raises Broken. `check_plan` comes after."""
    if not isinstance(body, dict) or set(body) != {"ceremony", "key_id", "threshold", "seats"}:
        raise Broken("not a plan")
    if not isinstance(body["key_id"], str) or type(body["threshold"]) is not int:
        raise Broken("a plan without key or threshold")
    if not isinstance(body["seats"], list) or not 0 <= body["threshold"] <= len(body["seats"]) <= MOST:
        raise Broken("a plan without seats")
    return Plan(
        ceremony=unhex(body["ceremony"], SEED),
        key_id=body["key_id"],
        threshold=body["threshold"],
        seats=tuple(_seat(one) for one in body["seats"]),
    )


def _seat(body: Any) -> Seat:
    if not isinstance(body, dict) or set(body) != {"name", "sign", "seal"} or type(body["name"]) is not str:
        raise Broken("not a seat")
    return Seat(name=body["name"], sign=unhex(body["sign"], PUBLIC), seal=unhex(body["seal"], PUBLIC))
