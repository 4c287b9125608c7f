"""How does a relation that was decided in a lot reach the register?"""

from datetime import date

from sqlmodel import Session, col, select

from api.store.filing import count_version, lock_version
from api.store.tables import ExpertRelationRow, OrganisationRow
from scheduler.model import Tie
from scheduler.records import OrganisationRecord


def relate(session: Session, expert: str, organisation: OrganisationRecord, since: date) -> bool:
    """From this day on the expert (register number) has another relation (R9) to the organisation, which is added
    to the register where it is missing. False, and nothing written, where such a relation runs already."""
    lock_version(session)
    mine = select(ExpertRelationRow).where(col(ExpertRelationRow.expert) == expert)
    held = session.exec(mine).all()
    runs = (
        row.tie is Tie.OTHER and row.until is None for row in held if row.organisation == organisation.code
    )
    if any(runs):
        return False
    if session.get(OrganisationRow, organisation.code) is None:
        session.add(OrganisationRow(code=organisation.code, name=organisation.name))
        session.flush()
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
    return True
