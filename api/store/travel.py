"""How long does it take from county to county? The register of travel times, in minutes, the same both ways."""

from collections.abc import Collection, Sequence

from sqlalchemy import insert, or_, update
from sqlmodel import Field, Session, SQLModel, col, select

from scheduler.model import RegionCode, Travel


class TravelRow(SQLModel, table=True):
    """Minutes between two counties; `one` is the smaller code."""

    __tablename__ = "travel"
    one: str = Field(primary_key=True, foreign_key="region.code")
    other: str = Field(primary_key=True, foreign_key="region.code", index=True)
    minutes: int


def travel(session: Session, counties: Collection[str] | None = None) -> tuple[Travel, ...]:
    """All travel times, or those that touch one of these counties, by codes."""
    query = select(TravelRow).order_by(col(TravelRow.one), col(TravelRow.other))
    if counties is not None:
        query = query.where(or_(col(TravelRow.one).in_(counties), col(TravelRow.other).in_(counties)))
    return tuple(_travel(row) for row in session.exec(query).all())


def file_travel(session: Session, new: Sequence[Travel], changed: Sequence[Travel]) -> None:
    """Write travel times."""
    if new:
        session.execute(insert(TravelRow), [_values(each) for each in new])
    if changed:
        session.execute(update(TravelRow), [_values(each) for each in changed])


def _travel(row: TravelRow) -> Travel:
    return Travel(one=RegionCode(row.one), other=RegionCode(row.other), minutes=row.minutes)


def _values(each: Travel) -> dict[str, str | int]:
    return {"one": each.one, "other": each.other, "minutes": each.minutes}
