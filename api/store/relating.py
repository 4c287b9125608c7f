"""How does a relation that was decided in a lot reach the register?"""

from datetime import date

from sqlmodel import Session, col, select

from api.store.filing import count_version, lock_version
from api.store.tables import ExpertRelationRow, OrganisationRow
from scheduler.model import Tie
from scheduler.records import OrganisationRecord


def relate(session: Session, expert: str, organisation: OrganisationRecord, since: date) -> None:
    """From this day on the expert (register number) has another relation (R9) to the organisation, which is added
    to the register where it is missing; where one stands already, nothing changes."""
    lock_version(session)
    if session.get(OrganisationRow, organisation.code) is None:
        session.add(OrganisationRow(code=organisation.code, name=organisation.name))
        session.flush()
    held = session.exec(select(ExpertRelationRow).where(col(ExpertRelationRow.expert) == expert)).all()
    if any(row.tie is Tie.OTHER and row.organisation == organisation.code for row in held):
        return
    session.add(
        ExpertRelationRow(
            expert=expert,
            position=max((row.position for row in held), default=-1) + 1,
            tie=Tie.OTHER,
            organisation=organisation.code,
            since=since,
        )
    )
    count_version(session)
