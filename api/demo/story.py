"""The main lot's whole life: booked, drawn, declined, opened, recused, absent, scored, revealed, audited."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from api.actor import Actor
from api.demo.people import (
    OPERATOR,
    SUPERVISOR,
    Device,
    at_the_door,
    authorise,
    check_in,
    come_in,
    experts_by_member,
    pledge_all,
    score,
)
from api.demo.people import answer as sign_answer
from api.demo.world import Stage, book_all, order_of
from api.intake.faults import Findings, refuse
from api.intake.package import Package, read_package
from api.services import asking, auditing, closing, drawing, exchanging, opening, revealing, ticking
from api.services.office import open_case, waiting
from fixtures.invented import expert_key
from scheduler.answers import Declined
from scheduler.bundle import BundleKind
from scheduler.deadlines import waits_of
from scheduler.errors import Refused
from scheduler.events import Member
from scheduler.exhibits import LotteryBody
from scheduler.lottery import from_body
from scheduler.model import LotId, Role
from scheduler.release import SCORES
from scheduler.state import State
from scheduler.vouching import Says

Tell = Callable[..., None]  # (code of a sentence, facts)
LEAD = timedelta(hours=20)


@dataclass(slots=True, kw_only=True)
class Story:
    """One run; `tell` hears every beat as it happens."""

    stage: Stage
    tell: Tell
    devices: dict[Member, Device] = field(default_factory=dict)

    @property
    def lot(self) -> LotId:
        """The main lot."""
        return self.stage.demo.main.lot

    def state(self) -> State:
        """The main lot now."""
        return open_case(self.stage.office, self.lot).state

    def tick(self) -> None:
        """What the clock does by itself at this moment."""
        ticking.tick_case(self.stage.office, self.lot)


def run(story: Story) -> None:
    """All beats in order."""
    for beat in (book, draw, answer, open_bids, gather, blind_and_score, close, reveal):
        beat(story)


def book(story: Story) -> None:
    """Twelve lots, seats held; the panel of the main lot is possible."""
    book_all(story.stage)
    plan = story.stage.demo.main
    story.tell(
        "story.booked",
        lots=len(story.stage.demo.lots),
        name=plan.name,
        sites=len(plan.sites),
        seats=sum(s.count for s in plan.seats) + plan.owner_reps,
    )


def draw(story: Story) -> None:
    """Freeze, pledge, try to draw too early, fix the lottery, open the seeds, draw."""
    office, lot, clock = story.stage.office, story.lot, story.stage.clock
    drawing.freeze(office, OPERATOR, lot)
    story.tell("story.frozen", size=story.state().pool_size, root=_short(story.state().pool))
    story.tell(
        "story.keys",
        keys=len(story.state().keys),
        custodians=len(story.state().custodians),
        threshold=story.state().threshold,
    )
    pledge_all(office, lot)
    story.tell("story.pledged", parties=len(story.state().parties), rounds=story.state().max_rounds)
    with _refusal(story, "story.too_early"):
        drawing.fix(office, OPERATOR, lot)
    clock.move(order_of(story.stage.demo.main).starts - LEAD)
    drawing.fix(office, OPERATOR, lot)
    _tell_lottery(story)
    drawing.draw(office, OPERATOR, lot)
    story.tell(
        "story.drawn", ticket=_short(story.state().rounds[-1].ticket), members=len(story.state().experts())
    )


def _tell_lottery(story: Story) -> None:
    body = open_case(story.stage.office, story.lot).body(story.state().rounds[-1].lottery, LotteryBody).body
    lottery = from_body(body)
    chances = lottery.chances().values()
    story.tell(
        "story.lottery",
        people=len(chances),
        panels=len(lottery.panels),
        least=_percent(min(chances)),
        most=_percent(max(chances)),
        bound=_percent(lottery.bound),
        digest=_short(story.state().rounds[-1].lottery),
    )


def answer(story: Story) -> None:
    """Two members decline, the others accept; the next rounds of the same draw fill the seats."""
    office, lot = story.stage.office, story.lot
    people = experts_by_member(office, lot, story.stage.numbers)
    akin = _in_a_bidders_group(story, people)
    pending = [m.member for m in story.state().experts()]
    related = [m for m in pending if m in akin]
    others = [m for m in pending if m not in akin]
    for member in [*related[:-1], *others][:2]:  # one in a bidder's group stays for the re-check
        _say(story, people, member, Says.DECLINE)
        story.tell("story.declined")
        story.tick()
        story.tell("story.round", round=len(story.state().rounds), kept=len(story.state().experts()) - 1)
    _accept_all(story, people)


def _accept_all(story: Story, people: dict[Member, Actor]) -> None:
    waiting = [m.member for m in story.state().experts() if not m.accepted]
    for member in waiting:
        _say(story, people, member, Says.ACCEPT)
    story.tell("story.accepted", members=len(waiting))


def _say(story: Story, people: dict[Member, Actor], member: Member, says: Says) -> None:
    """Signed on the expert's own device, with the long-term key that the pool's owner has enrolled."""
    stage, lot, actor = story.stage, story.lot, people[member]
    if stage.door is not None:
        at_the_door(stage.office, stage.door, (member, actor), lot, says, stage.entropy)
    else:
        sign_answer(stage.office, actor, lot, says, expert_key(actor.expert), stage.entropy)


def _in_a_bidders_group(story: Story, people: dict[Member, Actor]) -> set[Member]:
    """The director's knowledge: who works in the large group."""
    large = set(story.stage.demo.world.companies.groups[0].members)
    employers = {e.expert: e.employer for e in story.stage.demo.world.registers.experts}
    return {m.member for m in story.state().experts() if employers[people[m.member].expert] in large}


def open_bids(story: Story) -> None:
    """The package arrives, the panel is checked against the real bidders, a conflict is found and filled."""
    office, lot, plan = story.stage.office, story.lot, story.stage.demo.main
    story.stage.clock.move(plan.starts - timedelta(minutes=45))
    before = len(story.state().experts())
    opening.open_bids(office, OPERATOR, lot, package_of(story.stage.demo.package))
    story.tell("story.opened", bidders=len(story.state().slots))
    recused = before - len(story.state().experts())
    story.tell("story.rechecked" if recused else "story.rechecked_none", members=recused)
    story.tick()
    if recused:
        story.tell("story.round", round=len(story.state().rounds), kept=before - recused)
    people = experts_by_member(office, lot, story.stage.numbers)
    if any(not m.accepted for m in story.state().experts()):
        _accept_all(story, people)


def package_of(data: bytes) -> Package:
    """The demonstration's package through the same reader as anybody's. Raises Faults."""
    findings = Findings("package.json")
    package = read_package(data, findings)
    refuse(findings)
    if package is None:
        raise ValueError("a package without faults is a package")
    return package


def gather(story: Story) -> None:
    """Everybody but one checks in; the absent one is replaced; owner representatives sit at the host."""
    office, lot, plan = story.stage.office, story.lot, story.stage.demo.main
    story.stage.clock.move(plan.starts - timedelta(minutes=20))
    people = experts_by_member(office, lot, story.stage.numbers)
    expected = [m.member for m in story.state().experts()]
    for member in expected[:-1]:
        _arrive(story, member, people[member])
    owners = [m.member for m in story.state().current() if m.role is None]
    for number, member in enumerate(owners, 1):
        authorise(office, lot, plan.tenderee, f"owner-{number}")
        _arrive(story, member, Actor(id=f"owner-{number}", role=Role.OWNER))
    story.tell("story.authorised", members=len(owners))
    story.tell("story.checked_in", members=len(story.devices))
    story.stage.clock.move(plan.starts + waits_of(office.pack).absent + timedelta(seconds=1))
    story.tick()
    story.tell("story.absent", round=len(story.state().rounds))
    _accept_all(story, people)
    (last,) = [m.member for m in story.state().experts() if not m.key]
    _arrive(story, last, people[last])


def _arrive(story: Story, member: Member, actor: Actor) -> None:
    office, entropy = story.stage.office, story.stage.entropy
    own = expert_key(actor.expert) if actor.role is Role.EXPERT else None
    device = check_in(office, story.lot, member, actor, entropy, own)
    exchanging.exchange(office)
    actor = come_in(office, story.stage.door, member, actor)
    story.devices[member] = replace(device, actor=actor)


def blind_and_score(story: Story) -> None:
    """Codes for everybody, one early request refused, sealed sheets."""
    office, lot = story.stage.office, story.lot
    opening.blind(office, OPERATOR, lot)
    story.tell("story.blinded", members=len(story.state().current()), bids=len(story.state().slots))
    with _refusal(story, "story.early"):
        auditing.export(office, SUPERVISOR, lot, BundleKind.FULL)
    with _refusal(story, "story.early_total"):
        closing.total(office, OPERATOR, lot)
    _ask_early(story)
    for device in story.devices.values():
        score(office, lot, device, story.stage.entropy)
    story.tell("story.scored", members=len(story.devices))


def _ask_early(story: Story) -> None:
    """The centre asks the custodians for the scores all the same: every agent looks for itself and signs a refusal."""
    office, lot = story.stage.office, story.lot
    asking.ask(office, lot, SCORES)
    wanted = {each.name for each in story.state().custodians}
    refused: dict[str, Declined] = {}
    for _ in waiting(office):
        refused = {each.custodian: each for each in asking.answers(office, lot) if isinstance(each, Declined)}
        if set(refused) == wanted:
            break
    for name, said in refused.items():
        story.tell("story.refused_by", custodian=name, refusal=said.code, signature=_short(said.signature))
    if set(refused) != wanted:
        raise AssertionError("not every custodian refused")


def close(story: Story) -> None:
    """The close follows the last sheet by itself; two of three custodians open the scores."""
    story.tick()
    opened = [name for name, _ in story.state().opened_keys]
    story.tell("story.closed", sheets=len(story.state().sheets), opened=SCORES in opened)


def reveal(story: Story) -> None:
    """Bidders behind the bids, report."""
    office, lot = story.stage.office, story.lot
    revealing.reveal(office, OPERATOR, lot)
    revealing.report(office, OPERATOR, lot)
    story.tell("story.revealed", bidders=len(story.state().slots))


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Where the story's files lie."""

    bundle: Path
    public_bundle: Path
    trust: Path


def export(story: Story, folder: Path) -> Files:
    """Full and public bundle and the trust file, written into `folder`."""
    office, lot = story.stage.office, story.lot
    files = Files(
        bundle=folder / f"{lot}.bundle.jsonl",
        public_bundle=folder / f"{lot}.public.jsonl",
        trust=folder / "trust.json",
    )
    files.bundle.write_bytes(auditing.export(office, SUPERVISOR, lot, BundleKind.FULL))
    files.public_bundle.write_bytes(auditing.export(office, SUPERVISOR, lot, BundleKind.PUBLIC))
    files.trust.write_bytes(auditing.trust_of(office.keys))
    return files


@contextmanager
def _refusal(story: Story, code: str) -> Iterator[None]:
    """A beat that must be refused; that it went through would be a fault of ours."""
    try:
        yield
    except Refused as refusal:
        story.tell(code, refusal=refusal.code)
        return
    raise AssertionError(f"{code}: nobody refused")


def _short(digest: Any) -> str:
    return str(digest)[:16]


def _percent(share: Any) -> str:
    return f"{float(share) * 100:.3f}"
