"""A member's score sheet: signed on the member's device, sealed to the score key, opened after the close."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from crypto.canonical import canonical, unhex
from crypto.envelope import Context, Sealed, open_, seal
from crypto.errors import Broken
from crypto.keys import SigningKey, sign, verify
from scheduler.codec import Misshapen, from_plain, to_plain
from scheduler.events import Digest, Member
from scheduler.model import LotId
from scheduler.places import sheet_context

_LABEL = "yuanping/sheet/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One score."""

    code: str
    criterion: str
    score: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All scores of one member under that member's own codes; `previous` chains the versions."""

    lot: LotId
    member: Member
    version: int
    previous: Digest | None
    lines: tuple[Line, ...]

    def scores(self) -> Mapping[str, Mapping[str, Decimal]]:
        """code → criterion → score; Broken when a line stands twice."""
        found: dict[str, dict[str, Decimal]] = {}
        for line in self.lines:
            if line.criterion in found.setdefault(line.code, {}):
                raise Broken(f"{line.code} is scored twice for {line.criterion}")
            found[line.code][line.criterion] = line.score
        return found


def sign_and_seal(sheet: Sheet, key: SigningKey, score_key: bytes, salt: bytes) -> Sealed:
    """What the member's device does: sign the sheet's canonical bytes and seal both to the score key."""
    value: dict[str, Any] = to_plain(sheet)
    signed = {"sheet": value, "signature": sign(key, _LABEL, canonical(value)).hex()}
    return seal(score_key, signed, sheet_context(sheet.lot, sheet.member, sheet.version), salt)


def open_sheet(private: bytes, envelope: bytes, bound: Context, public: bytes, commitment: bytes) -> Sheet:
    """The sheet in an envelope, once the score key is open. Raises Broken unless its member signed it."""
    signed = open_(private, envelope, bound, commitment)
    if not isinstance(signed, dict) or set(signed) != {"sheet", "signature"}:
        raise Broken("a sealed sheet holds a sheet and a signature")
    verify(public, _LABEL, canonical(signed["sheet"]), unhex(signed["signature"], 64))
    try:
        return from_plain(Sheet, signed["sheet"])
    except Misshapen as fault:
        raise Broken(f"sheet: {fault}") from None
