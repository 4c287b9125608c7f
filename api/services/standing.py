"""May a drawn expert still sit? The lot's own rules, read with the register of this moment (条例 71)."""

from collections.abc import Sequence

from api.services import names
from api.services.office import Deed, Dossier, Office, by_system
from api.services.opening import told
from api.store import registers
from scheduler.events import Left, Member, Out
from scheduler.exhibits import Evidence, Exhibit, Fact, Snapshot
from scheduler.facts import case_of, numbers
from scheduler.limits import Limit
from scheduler.model import Choice, ExpertId
from scheduler.recheck import grounds
from scheduler.rules import limits
from scheduler.rules.day import SHANGHAI
from scheduler.snapshot import leaf


def barred(office: Office, dossier: Dossier, number: str) -> Limit | None:
    """The first rule that forbids this expert (register number) any seat now; None: none does.

    Frequency and overlapping panels are left out: they were true of the day when the pool was frozen.
    """
    case = case_of(dossier.request, _today(office, dossier, number), conflicts=dossier.conflicts)
    member = names.member(office.keys.pool, dossier.state.lot, number)
    seat = Choice(expert=ExpertId(member), speciality=dossier.request.seats[0].speciality)
    return grounds(limits(case, numbers(dossier.pack, case)), [seat]).get(member)


def _today(office: Office, dossier: Dossier, number: str) -> Snapshot:
    key, request = office.keys.pool, dossier.request
    tag = names.org_tag(key, request.lot)
    with office.db.reading() as session:
        people = registers.pool(
            session,
            key=office.keys.personal,
            on=request.starts.astimezone(SHANGHAI).date(),
            pseudonym=lambda n: names.pseudonym(key, request.lot, n),
            org_tag=tag,
            number=number,
        )
        return Snapshot(leaves=tuple(leaf(e, b"") for e in people), controls=registers.controls(session, tag))


def out(office: Office, member: Member, limit: Limit) -> tuple[Sequence[Deed], Sequence[Exhibit]]:
    """What records that a member is out by this limit: the event and the salted evidence behind it."""
    fact = Fact(member=member, rule=limit.rule, says=told(limit.facts))
    evidence = office.exhibit("evidence", Evidence(facts=(fact,)))
    event = Left(member=member, why=Out.BARRED, rule=limit.rule, evidence=evidence.digest)
    return [by_system(event)], [evidence]
