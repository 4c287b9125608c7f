"""How does an expert get from the pool owner's page to the centre's without saying who it is? A one-time pass."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta

from crypto.canonical import canonical, parse
from crypto.errors import Broken
from crypto.keys import SIGNATURE, SigningKey, sign, verify
from scheduler.codec import Misshapen, from_plain, to_plain
from scheduler.errors import Refused
from scheduler.events import Member
from scheduler.model import LotId

LABEL = "yuanping/pool/pass/v1"
LIFE = timedelta(minutes=2)
SKEW = timedelta(minutes=5)  # between the two houses' clocks
NONCE = 16  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """Lets whoever bears it act as one pseudonym in one lot, once, before `until`. No person stands in it."""

    lot: LotId
    member: Member
    until: datetime
    nonce: str  # hexadecimal; by it the centre knows a pass it has seen


def issue(key: SigningKey, lot: LotId, member: Member, at: datetime, entropy: bytes) -> str:
    """A fresh pass as text, fit for a form field; `entropy`: 16 bytes."""
    if len(entropy) != NONCE:
        raise ValueError(f"a pass wants {NONCE} bytes of entropy")
    fresh = Pass(lot=lot, member=member, until=at + LIFE, nonce=entropy.hex())
    body = canonical(to_plain(fresh))
    return base64.urlsafe_b64encode(sign(key, LABEL, body) + body).decode("ascii")


def read(public: bytes, text: str, now: datetime) -> Pass:
    """The pass, if the pool owner with this key has signed it and it is still good at `now`.

    Raises Refused("pass_void") for anything else than a pass of this pool owner, Refused("pass_over") when late.
    """
    try:
        data = base64.urlsafe_b64decode(text.encode("ascii"))
        verify(public, LABEL, data[SIGNATURE:], data[:SIGNATURE])
        found = from_plain(Pass, parse(data[SIGNATURE:]))
    except (Broken, Misshapen, ValueError):
        raise Refused("pass_void") from None
    if found.until.tzinfo is None:
        raise Refused("pass_void")
    if not now - SKEW < found.until <= now + LIFE + SKEW:
        raise Refused("pass_over")
    return found
