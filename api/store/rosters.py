"""Who stands in the register, as far as planning asks: place, specialities, employer, validity; no personal data."""

from sqlalchemy import select
from sqlmodel import Session, col

from api.store.tables import ExpertLeaveRow, ExpertRow, ExpertSpecialityRow
from scheduler.model import Expert, ExpertId, OrgTag, RegionCode, Span, SpecialityCode


def roster(session: Session) -> tuple[Expert, ...]:
    """Everybody, by register number (which stands in `id`; employers by their code): for counting inside this
    process only, never to be told. Three queries whatever the size; nothing is decrypted."""
    known: dict[str, list[SpecialityCode]] = {}
    owner = col(ExpertSpecialityRow.expert)
    for number, code in session.execute(select(owner, col(ExpertSpecialityRow.speciality)).order_by(owner)):
        known.setdefault(number, []).append(code)
    away: dict[str, list[Span]] = {}
    leave = ExpertLeaveRow
    for number, since, until in session.execute(
        select(col(leave.expert), col(leave.since), col(leave.until))
    ):
        away.setdefault(number, []).append(Span(since=since, until=until))
    row = ExpertRow
    columns = (col(row.number), col(row.region), col(row.employer), col(row.household), col(row.standing))
    more = (col(row.certificate_until), col(row.senior), col(row.trained_until), col(row.penalised))
    return tuple(
        Expert(
            id=ExpertId(number),
            region=RegionCode(region),
            specialities=tuple(sorted(known.get(number, ()))),
            employer=OrgTag(employer or ""),
            household=household,
            certificate_until=certificate,
            standing=standing,
            away=tuple(away.get(number, ())),
            senior=senior,
            trained_until=trained,
            penalised=penalised,
        )
        for number, region, employer, household, standing, certificate, senior, trained, penalised
        in session.execute(select(*columns, *more).order_by(columns[0]))
    )  # fmt: skip
