"""What does a member see while scoring? Own papers under own codes, the key to seal to, the receipt; never a score."""

from dataclasses import dataclass
from decimal import Decimal

from api.views.gate import free, shows
from scheduler.events import Member
from scheduler.sight import Datum


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPaper:
    """One blind volume under the viewer's own code."""

    code: str = shows(Datum.OWN_DOCUMENTS)
    text: str = shows(Datum.OWN_DOCUMENTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCriterion:
    """What is scored, from 0 to `most`."""

    id: str = shows(Datum.OWN_DOCUMENTS)
    name: str = shows(Datum.OWN_DOCUMENTS)
    most: Decimal = shows(Datum.OWN_DOCUMENTS)
    step: Decimal = shows(Datum.OWN_DOCUMENTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankSheet:
    """What the device needs to write, sign and seal the next version of the viewer's sheet."""

    lot: str = shows(Datum.OWN_DOCUMENTS)
    papers: tuple[OwnPaper, ...] = shows(Datum.OWN_DOCUMENTS)
    criteria: tuple[OwnCriterion, ...] = shows(Datum.OWN_DOCUMENTS)
    score_key: str = shows(Datum.OWN_DOCUMENTS)
    version: int = shows(Datum.OWN_SHEET)
    previous: str | None = shows(Datum.OWN_SHEET)
    full: Decimal = shows(Datum.OWN_DOCUMENTS)  # marks to be had by one bid
    far: int = free()  # percent of them: beyond this the page points at a bid, from the form alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Where the viewer's latest sheet stands in the journal: the commitment that the device made, number and hash."""

    version: int = shows(Datum.OWN_SHEET)
    commitment: str = shows(Datum.OWN_SHEET)
    entry: int = shows(Datum.OWN_SHEET)
    hash: str = shows(Datum.OWN_SHEET)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePage:
    """`key`: the device's key as the gate has recorded it; None before the check-in."""

    task: Member = shows(Datum.OWN_INVITATION)
    key: str | None = shows(Datum.OWN_SEAT)
    sheet: BlankSheet | None = shows(Datum.OWN_DOCUMENTS)
    receipt: Receipt | None = shows(Datum.OWN_SHEET)
    arrives: bool | None = shows(
        Datum.OWN_INVITATION, default=None
    )  # the device may be announced to the gate
    announced: str | None = shows(Datum.OWN_INVITATION, default=None)  # code of the device announced last
    evaluation: str | None = shows(Datum.OWN_INVITATION, default=None)  # what an expert's certificate names
    must_sign: bool | None = shows(Datum.OWN_INVITATION, default=None)
