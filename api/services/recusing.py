"""Who recuses by word? A member in person, or somebody whom a bidder's written application names (采购法条例 9).

Every way out looks the same from outside: the member is out as recused, the next round fills the seat, the words
are salted exhibits for the supervisor alone.
"""

from collections.abc import Iterator

from api.actor import Actor
from api.pool.house import Inquiry
from api.services.office import Dossier, Office, by, only, open_case, record, rehearse
from api.services.promoting import recorded
from api.services.scoring import me
from scheduler.errors import Refused
from scheduler.events import AppealAnswered, AppealDecided, AppealFiled, Declared, Digest, Member, Withdrew
from scheduler.exhibits import Application, Bidder, Bidders, Evidence, Fact, OwnGround, Reply
from scheduler.model import LotId, Role
from scheduler.pending import Appeal
from scheduler.records import OrganisationRecord
from scheduler.rules.day import SHANGHAI
from scheduler.state import State


def declare(office: Office, actor: Actor, lot: LotId) -> State:
    """Record `Declared`: the member has read who bids and knows of no relation."""
    member = me(office, actor, lot)
    return record(office, lot, open_case(office, lot).state, [by(actor, Declared(member=member), member)])


def withdraw(office: Office, actor: Actor, lot: LotId, says: str) -> State:
    """Record `Withdrew`: out, at any time before blinding. Nobody but the supervisor reads why."""
    only(actor, Role.EXPERT)
    member, dossier = me(office, actor, lot), open_case(office, lot)
    ground = office.exhibit("own-ground", OwnGround(member=member, says=_said(says)))
    event = Withdrew(member=member, ground=ground.digest)
    return recorded(office, lot, dossier.state, [by(actor, event, member)], exhibits=[ground])


def appeal(office: Office, actor: Actor, lot: LotId, bidder: str, person: tuple[str, str]) -> State:
    """Record `AppealFiled` for a bidder's paper. `bidder`: its 统一社会信用代码; `person`: register number and the
    relation claimed. Whether that person sits is told to nobody: the answer is the same.

    Raises Refused("bidder_unknown"), Refused("expert_unknown"), Refused("statement_missing").
    """
    only(actor, Role.OPERATOR, Role.POOL)
    number, says = person
    dossier = open_case(office, lot)
    rehearse(dossier, by(actor, AppealFiled(appeal=dossier.state.head)))
    _bidder(dossier, bidder)
    today = office.now().astimezone(SHANGHAI).date()
    if not number or not office.pool.people(Inquiry(lot=lot, on=today, person=number)).experts:
        raise Refused("expert_unknown")
    tag = office.tags(lot, [bidder])[bidder]
    body = Application(member=office.mark(lot, number), bidder=tag, says=_said(says))
    exhibit = office.exhibit("application", body)
    event = AppealFiled(appeal=exhibit.digest)
    return record(office, lot, dossier.state, [by(actor, event)], exhibits=[exhibit])


def reply(office: Office, actor: Actor, lot: LotId, says: str, *, admits: bool) -> State:
    """Record `AppealAnswered` for the oldest open application about the actor. Refused("nothing_to_answer")."""
    only(actor, Role.EXPERT)
    dossier = open_case(office, lot)
    waiting = asked(dossier, office.me(actor, lot))
    if waiting is None:
        raise Refused("nothing_to_answer")
    exhibit = office.exhibit("reply", Reply(admits=admits, says=_said(says)))
    event = AppealAnswered(appeal=waiting.appeal, answer=exhibit.digest)
    return record(office, lot, dossier.state, [by(actor, event, "")], exhibits=[exhibit])


def asked(dossier: Dossier, member: Member) -> Appeal | None:
    """The oldest application about this member that waits for the member's answer."""
    mine = (a for a, body in pending(dossier) if body.member == member and a.answer is None)
    sitting = dossier.state.sitting(member)
    return next(mine, None) if sitting is not None and sitting.sits else None


def pending(dossier: Dossier) -> Iterator[tuple[Appeal, Application]]:
    """Every application that waits for a decision, with its body."""
    for each in dossier.state.appeals:
        if not each.decided:
            yield each, dossier.body(each.appeal, Application)


def decide(office: Office, actor: Actor, lot: LotId, which: Digest, ruling: tuple[bool, str]) -> State:
    """Record `AppealDecided`; upheld: the person is out where sitting, and the relation `other` (R9) stands in the
    register from today on, for the rounds to come and for other lots. `ruling`: upheld or not, and why."""
    only(actor, Role.SUPERVISOR)
    upheld, says = ruling
    dossier = open_case(office, lot)
    found = next((body for each, body in pending(dossier) if each.appeal == which), None)
    if found is None:
        raise Refused("application_unknown")
    sitting = dossier.state.sitting(found.member)
    leaves = found.member if upheld and sitting is not None and sitting.sits else None
    fact = Fact(member=found.member, rule="R9", says=_said(says))
    evidence = office.exhibit("evidence", Evidence(facts=(fact,)))
    event = AppealDecided(appeal=which, upheld=upheld, evidence=evidence.digest, member=leaves)
    deed = by(actor, event)
    rehearse(dossier, deed)
    if upheld:  # first, since asking twice does no harm and a ruling without its relation would
        today = office.now().astimezone(SHANGHAI).date()
        office.pool.relate(lot, found.member, _organisation(dossier, found), today)
    return recorded(office, lot, dossier.state, [deed], exhibits=[evidence])


def _said(text: str) -> str:
    if not text.strip():
        raise Refused("statement_missing")
    return text.strip()


def _bidder(dossier: Dossier, code: str) -> Bidder:
    for each in dossier.body(dossier.state.bidders, Bidders).bidders:
        if each.code == code:
            return each
    raise Refused("bidder_unknown")


def _organisation(dossier: Dossier, found: Application) -> OrganisationRecord:
    read_out = dossier.body(dossier.state.bidders, Bidders).bidders
    tag = dossier.office.tags(dossier.state.lot, [each.code for each in read_out])
    who = next(each for each in read_out if tag[each.code] == found.bidder)
    return OrganisationRecord(code=who.code, name=who.name, parent="")
