"""Who acts in the story? Each through the same services as on the screens, with what that person would know."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from api.actor import Actor
from api.pool.doorway import Said
from api.pool.house import Question
from api.pool.letters import Does
from api.pool.rooms import Rooms
from api.services import attending, authorising, depositing, drawing, exchanging, scoring
from api.services.entering import bearer, enter
from api.services.office import Office, open_case
from api.services.vouched import invited
from crypto.keys import SigningKey, signing_key
from fixtures.invented import expert_key
from scheduler.deposit import owed, sealed, written
from scheduler.events import Member
from scheduler.model import LotId, Role
from scheduler.sheet import Line, Sheet, sign_and_seal
from scheduler.vouching import Says, sealed_answer, sealed_certificate

Entropy = Callable[[int], bytes]
OPERATOR = Actor(id="operator", role=Role.OPERATOR)
TENDEREE = Actor(id="tenderee", role=Role.TENDEREE)
SUPERVISOR = Actor(id="supervisor", role=Role.SUPERVISOR)


def site_staff(site: str) -> Actor:
    """The gate of a site."""
    return Actor(id=f"site-{site}", role=Role.SITE, site=site)


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A member's own device at the site: it alone has the key that signs the sheets."""

    actor: Actor
    key: SigningKey = field(repr=False)


def tenderee_of(code: str) -> Actor:
    """Who acts for a tenderee, by the organisation that the login stands for."""
    return Actor(id=TENDEREE.id, role=Role.TENDEREE, organisation=code)


def authorise(office: Office, lot: LotId, code: str, login: str) -> None:
    """The tenderee files the letter of its representative."""
    letter = ("授权〔2026〕1 号", "高级工程师，从事本专业十二年")
    authorising.authorise(office, tenderee_of(code), lot, login, letter)


def deposits(office: Office, lot: LotId, party: str) -> tuple[bytes, ...]:
    """What a party's own device makes: fresh seeds, each sealed to the key it is for."""
    return sealed(owed(open_case(office, lot).state, party), office.entropy)


def deposit(office: Office, actor: Actor, lot: LotId) -> None:
    """The party's device seals and hands in, as the page and `yuanping deposit` do."""
    wanted = owed(open_case(office, lot).state, actor.role.value)
    depositing.deposit(office, actor, lot, written(wanted, sealed(wanted, office.entropy)))


def pledge_all(office: Office, lot: LotId) -> None:
    """Centre, tenderee and supervisor deposit their seeds."""
    for actor in (OPERATOR, TENDEREE, SUPERVISOR):
        drawing.pledge(office, actor, lot, deposits(office, lot, actor.role.value))


def experts_by_member(office: Office, lot: LotId, numbers: Sequence[str]) -> dict[Member, Actor]:
    """These experts (register numbers) under the pseudonym of this lot, as each of them sees it on the phone."""
    marks = office.pool.marks([Question(lot=lot, person=number) for number in numbers])
    experts = [Actor(id=number, role=Role.EXPERT, expert=number) for number in numbers]
    return dict(zip(marks, experts, strict=True))


def answer(
    office: Office,
    actor: Actor,
    lot: LotId,
    says: Says,
    own: SigningKey | None,
    entropy: Entropy,
) -> None:
    """An expert answers at the centre; whoever has a long-term key (`own`) signs with it, on the own device."""
    verb = attending.accept if says is Says.ACCEPT else attending.decline
    proof = _signed(office, lot, office.me(actor, lot), says, own, entropy) if own is not None else b""
    verb(office, actor, lot, proof)


def at_the_door(
    office: Office, door: Rooms, expert: tuple[Member, Actor], lot: LotId, says: Says, entropy: Entropy
) -> None:
    """An expert answers at the pool owner's door, signed with the own long-term key, and the centre calls there."""
    member, actor = expert
    exchanging.exchange(office)
    vouch = _signed(office, lot, member, says, expert_key(actor.expert), entropy).hex()
    words = "另有安排" if says is Says.DECLINE else ""
    door.house.answer(actor.expert, member, Said(does=Does(says), words=words, vouch=vouch))
    exchanging.exchange(office)


def _signed(
    office: Office, lot: LotId, member: Member, says: Says, own: SigningKey, entropy: Entropy
) -> bytes:
    """What the expert's device adds to an answer: the own signature, sealed until experts are named."""
    asked = invited(open_case(office, lot), member)
    return sealed_answer(asked, says, office.now(), own, entropy(32))


def come_in(office: Office, door: Rooms | None, member: Member, actor: Actor) -> Actor:
    """An expert at the centre: sent by the pool owner with a pass, as whom the centre knows; else as who signed in."""
    if door is None or actor.role is not Role.EXPERT:
        return actor
    return bearer(office, enter(office, door.house.enter(actor.expert, member))) or actor


def check_in(
    office: Office,
    lot: LotId,
    member: Member,
    actor: Actor,
    entropy: Callable[[int], bytes],
    own: SigningKey | None = None,
) -> Device:
    """At the gate of the member's site: card checked, the device makes its key; `own` certifies it."""
    device = Device(actor=actor, key=signing_key(entropy(32)))
    site = attending.site_of(office, lot, member)
    person = actor.expert if actor.role is Role.EXPERT else actor.id
    certificate = b""
    if own is not None:
        experts = invited(open_case(office, lot), member).experts
        certificate = sealed_certificate(experts, member, device.key.public, own, entropy(32))
    attending.check_in(office, site_staff(site), lot, person, device.key.public, certificate)
    return device


def score(office: Office, lot: LotId, device: Device, entropy: Callable[[int], bytes]) -> None:
    """Read the own papers, write the sheet, sign and seal it on the device, hand it in."""
    desk = scoring.desk(office, device.actor, lot)
    lines = tuple(
        Line(code=paper.code, criterion=c.id, score=_judged(paper.text, c.id, c.most, c.step, entropy))
        for paper in desk.papers
        for c in desk.criteria
    )
    sheet = Sheet(lot=lot, member=desk.member, version=desk.version, previous=desk.previous, lines=lines)
    sealed = sign_and_seal(sheet, device.key, desk.score_key, entropy(32))
    scoring.submit(office, device.actor, lot, sealed.envelope, sealed.commitment)


def _judged(
    text: str, criterion: str, most: Decimal, step: Decimal, entropy: Callable[[int], bytes]
) -> Decimal:
    """An invented judgement between 70 and 95 % that leans on the text's own length and the member's mood."""
    mood = entropy(1)[0] % 16
    share = Decimal(70 + (len(text) + len(criterion)) % 10 + mood) / 100
    return (most * share / step).to_integral_value() * step
