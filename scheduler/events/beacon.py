"""A beacon beside the parties' seeds: which one, the pulse that came, and what happens when none comes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The beacon that the rule pack names, as the booking fixes it: whose key, and when which pulse is due."""

    id: str
    key: str  # Ed25519, 32 bytes, hexadecimal
    genesis: str  # when pulse 1 is due; RFC 3339, UTC
    period_seconds: int  # between two pulses
    lead_seconds: int  # at least so long after the lottery's commitment the named pulse is due
    wait_minutes: int  # so long after it was due a pulse counts as missed
    without: (
        bool  # then the supervisor may let the draw go on by the seeds alone; else a later pulse is named
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseTaken:
    """The pulse that a round's lottery named; its value is signed by the beacon."""

    round: int
    pulse: int
    value: str  # 32 to 64 bytes, hexadecimal
    signature: str  # the beacon's, 64 bytes, hexadecimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseMissed:
    """The named pulse did not come in time: the supervisor names a later one, or none where the pack allows it."""

    round: int
    later: int | None
    reason: str
