"""Who comes in with a pool owner's pass? One pseudonym in one lot, once; a person is nowhere named."""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from api.actor import Actor
from api.services.office import Office, open_case
from api.store.invitations import EntryRow
from scheduler.errors import Refused
from scheduler.events import Member
from scheduler.model import LotId, Role

SHIFT = timedelta(hours=12)  # an evaluation; afterwards the pool owner gives another pass
_KEPT = timedelta(days=2)
_BY_PASS = "~"  # begins no login


def enter(office: Office, text: str) -> str:
    """Take a pass: the user name of the session that it opens.

    Raises Refused("pass_void") for what is no pass to a lot of ours, "pass_over" when it is too late or used.
    """
    if office.far is None:
        raise Refused("pass_void")
    found = office.far.admit(text)
    try:
        sitting = open_case(office, found.lot).state.sitting(found.member)
    except Refused:
        sitting = None
    if sitting is None or sitting.role is None:
        raise Refused("pass_void")
    row = EntryRow(nonce=found.nonce, lot=found.lot, member=found.member, at=office.now())
    try:
        with office.db.transaction() as session:
            session.execute(delete(EntryRow).where(col(EntryRow.at) < row.at - _KEPT))
            session.add(row)
    except IntegrityError:  # the nonce is the key: it came before, or in the same moment
        raise Refused("pass_over") from None
    return _BY_PASS + found.nonce


def bearer(office: Office, user: str) -> Actor | None:
    """Who came in with a pass under this user name; None for a login. Raises Refused("pass_over")."""
    if not user.startswith(_BY_PASS):
        return None
    with office.db.reading() as session:
        row = session.get(EntryRow, user.removeprefix(_BY_PASS))
    if row is None or office.now() > row.at + SHIFT:
        raise Refused("pass_over")
    return Actor(id=user, role=Role.EXPERT, lot=LotId(row.lot), member=Member(row.member))
