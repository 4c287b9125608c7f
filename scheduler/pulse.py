"""Is this a beacon's pulse, and what does it add to a ticket? Read strictly, checked against a pinned key.

A pulse comes from anywhere, in a file or over a network, and is believed for its signature alone.
"""

from crypto.canonical import canonical, digest, parse, unhex
from crypto.errors import Broken
from crypto.keys import SIGNATURE, verify
from scheduler.beacon import due_at
from scheduler.events.beacon import Named, PulseTaken

FORMAT = "yuanping-pulse/v1"
_FIELDS = {"beacon", "due", "format", "pulse", "signature", "value"}
_LEAST, _MOST = 32, 64  # bytes of a value


def statement(beacon: Named, pulse: int, value: str) -> bytes:
    """What the beacon signs: which beacon, which pulse, when it is due, and its value."""
    body = {"beacon": beacon.id, "due": _due(beacon, pulse), "format": FORMAT, "pulse": pulse}
    return canonical(body | {"value": value})


def _due(beacon: Named, pulse: int) -> str:
    try:
        return due_at(beacon, pulse).isoformat()
    except OverflowError:
        raise Broken("a pulse beyond the calendar") from None


def read(data: bytes, beacon: Named, number: int) -> PulseTaken:
    """The pulse of a file (docs/formats/pulse.md) for the given round of a draw. Raises Broken."""
    body = parse(data.strip())
    if not isinstance(body, dict) or set(body) != _FIELDS or body["format"] != FORMAT:
        raise Broken("not a pulse")
    pulse, value, signature = body["pulse"], body["value"], body["signature"]
    if type(pulse) is not int or not isinstance(value, str) or not isinstance(signature, str):
        raise Broken("not a pulse")
    if pulse < 1 or (body["beacon"], body["due"]) != (beacon.id, _due(beacon, pulse)):
        raise Broken("a pulse of another beacon or moment")
    taken = PulseTaken(round=number, pulse=pulse, value=value, signature=signature)
    check(beacon, taken)
    return taken


def check(beacon: Named, taken: PulseTaken) -> None:
    """Raise Broken unless the beacon has signed this value for this pulse."""
    if not 2 * _LEAST <= len(taken.value) <= 2 * _MOST:
        raise Broken("a pulse's value has 32 to 64 bytes")
    unhex(taken.value)
    told = statement(beacon, taken.pulse, taken.value)
    verify(unhex(beacon.key, 32), "yuanping/pulse/v1", told, unhex(taken.signature, SIGNATURE))


def with_pulse(ticket: bytes, pulse: int, value: str) -> bytes:
    """The ticket of a round whose lottery named a pulse: the hash of what the seeds gave, and of the value."""
    return digest("yuanping/ticket/beacon/v1", ticket, str(pulse).encode(), unhex(value))
