"""May a drawn expert still sit? The lot's own rules, read with the register of this moment (条例 71)."""

from collections.abc import Sequence

from api.pool.house import Inquiry
from api.services.matching import unsalted
from api.services.office import Deed, Dossier, Office, by_system
from api.services.opening import told
from scheduler.events import Left, Member, Out
from scheduler.exhibits import Evidence, Exhibit, Fact
from scheduler.facts import case_of, numbers
from scheduler.limits import Limit
from scheduler.model import Choice, ExpertId
from scheduler.recheck import grounds
from scheduler.rules import limits
from scheduler.rules.day import SHANGHAI


def barred(office: Office, dossier: Dossier, member: Member) -> Limit | None:
    """The first rule that forbids this expert any seat now; None: none does. Raises Refused("not_a_member").

    Frequency and overlapping panels are left out: they were true of the day when the pool was frozen.
    """
    request = dossier.request
    on = request.starts.astimezone(SHANGHAI).date()
    found = office.pool.people(Inquiry(lot=request.lot, on=on, member=member))
    case = case_of(request, unsalted(found), conflicts=dossier.conflicts)
    seat = Choice(expert=ExpertId(member), speciality=request.seats[0].speciality)
    return grounds(limits(case, numbers(dossier.pack, case)), [seat]).get(member)


def out(office: Office, member: Member, limit: Limit) -> tuple[Sequence[Deed], Sequence[Exhibit]]:
    """What records that a member is out by this limit: the event and the salted evidence behind it."""
    fact = Fact(member=member, rule=limit.rule, says=told(limit.facts))
    evidence = office.exhibit("evidence", Evidence(facts=(fact,)))
    event = Left(member=member, why=Out.BARRED, rule=limit.rule, evidence=evidence.digest)
    return [by_system(event)], [evidence]
