"""A step of the relaxation ladder (D4): asked for, then signed or turned down."""

from dataclasses import dataclass

from scheduler.events.ids import Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaxAsked:
    """The next step of the pack's ladder is asked for, because no lawful panel is left."""

    step: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxed:
    """The step's approver signs it: from now on the amended request rules, and the pool is frozen anew.

    `roles`: for every role of the request before, its place in the amended one; codes that a wider speciality
    makes equal become one role.
    """

    step: str
    request: Digest
    roles: tuple[int, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaxDenied:
    """The approver does not sign; nothing is relaxed."""

    step: str
    reason: str
