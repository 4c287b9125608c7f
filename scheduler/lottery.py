"""What is a lottery over lawful panels, and which panel wins? Whole numbers only; no solver, no clock."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate, pairwise
from math import lcm
from typing import Any

from crypto.errors import Broken
from crypto.stream import Stream
from scheduler.levels import Certificate, read_certificate
from scheduler.model import Choice, ExpertId, RuleId, SpecialityCode
from scheduler.strict import fraction, listed, spelled, text, truth, whole

TOTAL = 2**60  # tickets of every lottery
Panel = tuple[tuple[int, int, int], ...]  # (class, role, how many): positions in classes and roles
_FIELDS = (
    "bound", "certificate", "classes", "excluded", "kept", "method",
    "optimal", "panels", "roles", "tickets", "total",
)  # fmt: skip


class Method(StrEnum):
    """How the panels were found: by walking down the relaxation, or with help of a search."""

    RELAXATION = "relaxation"
    REPAIRED = "repaired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lottery:
    """Panels with whole tickets that add up to TOTAL; fixed before anyone can know the winning ticket.

    Members of a class are interchangeable: a panel says how many of a class take which role, and the pick
    inside the class is uniform. `panels` hold the open seats only; `kept` members sit in every one.
    """

    roles: tuple[SpecialityCode, ...]
    kept: tuple[Choice, ...]
    classes: tuple[tuple[ExpertId, ...], ...]
    panels: tuple[Panel, ...]
    tickets: tuple[int, ...]
    method: Method
    optimal: bool  # the whole vector of chances is leximin within 1e-6
    bound: Fraction  # no lottery over lawful panels gives all of `chances` more than this smallest chance
    excluded: Mapping[ExpertId, RuleId] = field(default_factory=dict)
    certificate: Certificate = field(default_factory=Certificate)  # why none is fairer, level by level
    _ends: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_ends", tuple(accumulate(self.tickets)))

    def chances(self) -> dict[ExpertId, Fraction]:
        """The exact chance of every expert who can sit (kept members not among them), by expert id."""
        pairs = zip(self.masses(), self.classes, strict=True)
        shares = [Fraction(m, TOTAL * len(who)) for m, who in pairs]
        found = {who: share for members, share in zip(self.classes, shares, strict=True) for who in members}
        return dict(sorted(found.items()))

    def masses(self) -> list[int]:
        """Seats times tickets that fall to every class, summed over the panels."""
        mass = [0] * len(self.classes)
        for panel, tickets in zip(self.panels, self.tickets, strict=True):
            for c, _, count in panel:
                mass[c] += tickets * count
        return mass

    def winner(self, ticket_seed: bytes) -> tuple[Choice, ...]:
        """The whole winning panel, kept members included, ordered by role and expert: a pure function."""
        stream = Stream(ticket_seed)
        ticket = stream.derive("ticket").below(TOTAL)
        panel = self.panels[bisect_right(self._ends, ticket)]
        chosen = list(self.kept)
        for c in sorted({c for c, _, _ in panel}):
            seats = [self.roles[r] for d, r, count in panel if d == c for _ in range(count)]
            members = self.classes[c]
            picks = stream.derive("class", members[0]).sample(len(members), len(seats))
            chosen += [
                Choice(expert=members[i], speciality=role) for i, role in zip(picks, seats, strict=True)
            ]
        return tuple(sorted(chosen, key=order_of))

    def to_body(self) -> dict[str, Any]:
        """A value with a canonical form; tickets and fractions are text."""
        return {
            "roles": list(self.roles),
            "kept": [{"expert": choice.expert, "speciality": choice.speciality} for choice in self.kept],
            "classes": [list(members) for members in self.classes],
            "panels": [[list(part) for part in panel] for panel in self.panels],
            "tickets": [str(tickets) for tickets in self.tickets],
            "total": str(TOTAL),
            "method": self.method.value,
            "optimal": self.optimal,
            "bound": spelled(self.bound),
            "certificate": self.certificate.to_body(),
            "excluded": dict(sorted(self.excluded.items())),
        }


def renamed(lottery: Lottery, roles: Sequence[SpecialityCode]) -> Lottery:
    """The same lottery under other names of its roles, in the same order; the ticket does not feel it."""
    name = dict(zip(lottery.roles, roles, strict=True))
    kept = tuple(Choice(expert=c.expert, speciality=name[c.speciality]) for c in lottery.kept)
    return replace(lottery, roles=tuple(roles), kept=kept)


def numbered(count: int) -> tuple[SpecialityCode, ...]:
    """Names of roles that tell no speciality: pseudonym and speciality together could name a person."""
    return tuple(SpecialityCode(f"role {place:02d}") for place in range(1, count + 1))


def order_of(choice: Choice) -> tuple[str, str]:
    """The one order of choices in panels: by role, then expert."""
    return choice.speciality, choice.expert


def whole_tickets(weights: Sequence[Fraction]) -> tuple[int, ...]:
    """Whole tickets that add up to TOTAL, by largest remainder, at least one each.

    `weights` are positive and any scale; ties of remainders go to the earlier panel.
    """
    unit = lcm(*(weight.denominator for weight in weights))
    whole_weights = [weight.numerator * (unit // weight.denominator) for weight in weights]
    scale = sum(whole_weights)
    shares = [weight * TOTAL for weight in whole_weights]  # in tickets times scale
    tickets = [max(1, share // scale) for share in shares]
    left = TOTAL - sum(tickets)
    if left < 0:  # panels lighter than one ticket were rounded up: the heaviest pays
        tickets[tickets.index(max(tickets))] += left
        return tuple(tickets)
    by_remainder = sorted(range(len(shares)), key=lambda i: tickets[i] * scale - shares[i])
    for i in by_remainder[:left]:
        tickets[i] += 1
    return tuple(tickets)


def from_body(body: Any) -> Lottery:
    """The lottery of a body as `to_body` writes it. Any other spelling raises Broken."""
    if not isinstance(body, Mapping) or sorted(body) != list(_FIELDS):
        raise Broken("lottery: other fields than expected")
    try:
        lottery = Lottery(
            roles=tuple(SpecialityCode(text(role)) for role in listed(body["roles"])),
            kept=tuple(_choice(choice) for choice in listed(body["kept"])),
            classes=tuple(
                tuple(ExpertId(text(who)) for who in listed(members)) for members in listed(body["classes"])
            ),
            panels=tuple(tuple(_part(part) for part in listed(panel)) for panel in listed(body["panels"])),
            tickets=tuple(whole(tickets) for tickets in listed(body["tickets"])),
            method=Method(text(body["method"])),
            optimal=truth(body["optimal"]),
            bound=fraction(body["bound"]),
            certificate=read_certificate(body["certificate"]),
            excluded={ExpertId(text(who)): RuleId(text(rule)) for who, rule in body["excluded"].items()},
        )
    except (ValueError, AttributeError, KeyError, TypeError, ZeroDivisionError) as fault:
        raise Broken(f"lottery: {fault}") from None
    _sound(lottery)
    if whole(body["total"]) != TOTAL or sum(lottery.tickets) != TOTAL:
        raise Broken("lottery: tickets do not add up to the total")
    return lottery


def _sound(lottery: Lottery) -> None:
    """Raise Broken unless order, uniqueness and every position are as a lottery has them."""
    firsts = [members[0] for members in lottery.classes if members]
    people = [who for members in lottery.classes for who in members]
    people += [choice.expert for choice in lottery.kept]
    checks = {
        "roles in order": _rising(lottery.roles),
        "kept in order": list(lottery.kept) == sorted(lottery.kept, key=order_of),
        "roles of kept": all(choice.speciality in lottery.roles for choice in lottery.kept),
        "classes not empty": len(firsts) == len(lottery.classes),
        "classes in order": _rising(firsts) and all(_rising(members) for members in lottery.classes),
        "everyone once": len(set(people)) == len(people) and lottery.excluded.keys().isdisjoint(people),
        "panels": len(lottery.panels) > 0 and _rising(lottery.panels),
        "tickets": len(lottery.tickets) == len(lottery.panels) and min(lottery.tickets, default=0) > 0,
        "seats of panels": all(_seated(lottery, panel) for panel in lottery.panels),
        "classes of the certificate": _levelled(lottery),
    }
    for name, holds in checks.items():
        if not holds:
            raise Broken(f"lottery: {name}")


def _seated(lottery: Lottery, panel: Panel) -> bool:
    if not _rising([part[:2] for part in panel]):
        return False
    taken: dict[int, int] = {}
    for c, role, count in panel:
        if not (0 <= c < len(lottery.classes) and 0 <= role < len(lottery.roles) and count > 0):
            return False
        taken[c] = taken.get(c, 0) + count
    return all(count <= len(lottery.classes[c]) for c, count in taken.items())


def _levelled(lottery: Lottery) -> bool:
    """Whether every class stops at most once and weighs at most once in each level."""
    levels = lottery.certificate.levels
    weighed = [[c for weight, some in level.weights for c in some if weight > 0] for level in levels]
    every = [[c for _, some in level.weights for c in some] for level in levels]
    stopped = [c for level in levels for c in level.classes]
    known = all(c < len(lottery.classes) for some in (*every, stopped) for c in some)
    return known and weighed == every and all(len(set(some)) == len(some) for some in (*every, stopped))


def _rising(items: Sequence[Any]) -> bool:
    return all(first < second for first, second in pairwise(items))


def _choice(value: Any) -> Choice:
    if sorted(value) != ["expert", "speciality"]:
        raise ValueError("expected an expert and a speciality")
    return Choice(
        expert=ExpertId(text(value["expert"])), speciality=SpecialityCode(text(value["speciality"]))
    )


def _part(value: Any) -> tuple[int, int, int]:
    part = listed(value)
    if len(part) != 3 or not all(type(number) is int for number in part):
        raise ValueError("expected class, role and count")
    return part[0], part[1], part[2]
