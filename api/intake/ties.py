"""Which ties does a cell name? Employments, relations with their kinship, and who controls an organisation."""

from api.intake.cells import Unfit, organisation, span, whole
from scheduler.model import Job, Kinship, Relation, Tie
from scheduler.records import Controller


def jobs(text: str) -> tuple[Job, ...]:
    """Employments `ORG:since/until` divided by `;`; empty means none known."""
    return tuple(_job(one) for one in text.split(";")) if text else ()


def _job(text: str) -> Job:
    org, colon, days = text.partition(":")
    if not colon:
        raise Unfit("intake.job")
    held = span(days)
    return Job(org=organisation(org), since=held.since, until=held.until)


def relations(text: str) -> tuple[Relation, ...]:
    """Ties `tie:ORG:since/until` divided by `;`; empty means none known. Of kin: `tie-kinship-generations`."""
    return tuple(_relation(one) for one in text.split(";")) if text else ()


def _relation(text: str) -> Relation:
    said, colon, rest = text.partition(":")
    tie, _, kin = said.partition("-")
    if not colon or tie not in set(Tie) or (kin and tie not in (Tie.KIN_HEAD, Tie.KIN_OFFICER)):
        raise Unfit("intake.relation", known=tuple(Tie))
    held, (kinship, generations) = _job(rest), _kinship(kin)
    return Relation(
        tie=Tie(tie),
        org=held.org,
        since=held.since,
        until=held.until,
        kinship=kinship,
        generations=generations,
    )


def _kinship(text: str) -> tuple[Kinship | None, int | None]:
    """`spouse`, or `lineal-2`, `collateral-3`, `in_law-2`; the generations may be left out."""
    kind, dash, count = text.partition("-")
    if not text:
        return None, None
    if kind not in set(Kinship) or (dash and kind == Kinship.SPOUSE):
        raise Unfit("intake.kinship", known=tuple(Kinship))
    return Kinship(kind), whole(count, 2, 9) if dash else None


def controllers(text: str) -> tuple[Controller, ...]:
    """Who controls an organisation, `ORG:since/until` or `ORG` divided by `;`; empty means none known."""
    return tuple(_controller(one) for one in text.split(";")) if text else ()


def _controller(text: str) -> Controller:
    if ":" not in text:
        return Controller(org=organisation(text))
    held = _job(text)
    return Controller(org=held.org, since=held.since, until=held.until)
