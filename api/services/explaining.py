"""Why does this expert not sit? Every person a round left out, with rules, and facts for whom sight allows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from api.actor import Actor
from api.services.drawing import round_limits
from api.services.office import Dossier, Office, open_case
from api.store import journal
from scheduler.errors import Refused
from scheduler.events import LotteryFixed, Member
from scheduler.exhibits import Elsewhere, LotteryBody, Request
from scheduler.explain import Exclusion, Reason, exclusions, told
from scheduler.facts import case_of, numbers, roles
from scheduler.limits import Fact, Numbers, Words
from scheduler.lottery import from_body, renamed
from scheduler.model import ExpertId, LotId, RuleId
from scheduler.phases import replay
from scheduler.rules import DECLARED, notices
from scheduler.sight import Datum, demand


class Outcome(StrEnum):
    """What became of somebody in a round."""

    SEATED = "seated"  # drawn in this round
    KEPT = "kept"  # on the panel already
    CHANCE = "chance"  # could have been drawn and was not
    OUT = "out"  # by rules
    UNFIT = "unfit"  # no speciality that a seat asks for, or left before this round
    UNKNOWN = "unknown"  # not in the frozen pool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer about one person: the exclusion with its reasons, or the chance the lottery gave."""

    expert: ExpertId
    outcome: Outcome
    exclusion: Exclusion | None = None
    chance: Fraction | None = None


def answer(office: Office, actor: Actor, lot: LotId, expert: ExpertId, round_number: int = 1) -> Answer:
    """What became of `expert` (pseudonym) in a round. Raises Refused("sight"), Refused("no_round")."""
    found = why_not(office, actor, lot, round_number)
    out = next((each for each in found if each.expert == expert), None)
    if out is not None:
        return Answer(expert=expert, outcome=Outcome.OUT, exclusion=out)
    dossier = open_case(office, lot)
    fixed = dossier.state.rounds[round_number - 1]
    chance = from_body(dossier.body(fixed.lottery, LotteryBody).body).chances().get(expert)
    sitting = dossier.state.sitting(Member(expert))
    drawn = sitting.round if sitting is not None and sitting.role is not None else None
    if drawn == round_number and fixed.ticket:
        return Answer(expert=expert, outcome=Outcome.SEATED, chance=chance)
    if chance is not None:
        return Answer(expert=expert, outcome=Outcome.CHANCE, chance=chance)
    if drawn is not None and drawn < round_number and Member(expert) not in _left(dossier, round_number):
        return Answer(expert=expert, outcome=Outcome.KEPT)
    frozen = {leaf.expert.id for leaf in dossier.snapshot.leaves}
    return Answer(expert=expert, outcome=Outcome.UNFIT if expert in frozen else Outcome.UNKNOWN)


def _left(dossier: Dossier, number: int) -> frozenset[Member]:
    """Who had left before a round."""
    return frozenset(each.member for each in _before(dossier, number).state.left())


def in_force(dossier: Dossier) -> Numbers:
    """The numbers of every rule in force for this lot."""
    return numbers(dossier.pack, case_of(dossier.request, dossier.snapshot))


def why_not(office: Office, actor: Actor, lot: LotId, round_number: int = 1) -> tuple[Exclusion, ...]:
    """Everybody whom the round's lottery names as out. Raises Refused("sight"), Refused("no_round")."""
    dossier = open_case(office, lot)
    demand(actor.role, Datum.POOL, dossier.state.phase)
    before = _before(dossier, round_number)
    fixed = dossier.state.rounds[round_number - 1]
    elsewhere = dossier.body(fixed.elsewhere, Elsewhere) if fixed.elsewhere else None
    case, held = round_limits(before, elsewhere)
    body = dossier.body(fixed.lottery, LotteryBody).body
    lottery = renamed(from_body(body), roles(before.request))
    found = exclusions(case, held, lottery)
    return tuple(replace(e, reasons=told(e.reasons, actor.role, dossier.state.phase)) for e in found)


def warnings(office: Office, actor: Actor, lot: LotId) -> tuple[Reason, ...]:
    """What is worth a word about the frozen pool (D8) and was no reason to refuse. Raises Refused("sight")."""
    dossier = open_case(office, lot)
    demand(actor.role, Datum.POOL, dossier.state.phase)
    case = case_of(dossier.body(dossier.state.booked, Request), dossier.snapshot)  # what was asked for first
    found = notices(case, numbers(dossier.pack, case))
    return tuple(
        Reason(rule=name, title=DECLARED[name].title, says=DECLARED[name].says.filled(facts))
        for name, facts in found.items()
    )


def scarce(dossier: Dossier) -> tuple[Words, ...]:
    """The notices of the frozen pool in words: fewer candidates for a seat than the pack asks for (D8)."""
    return tuple(DECLARED[name].says.filled(facts) for name, facts in _noticed(dossier).items())


def scarce_titles(dossier: Dossier) -> tuple[Words, ...]:
    """The same without facts of the pool, for whom it is no secret that there is a warning."""
    return tuple(DECLARED[name].title for name in _noticed(dossier))


def _noticed(dossier: Dossier) -> dict[RuleId, Mapping[str, Fact]]:
    case = case_of(dossier.request, dossier.snapshot)
    return notices(case, numbers(dossier.pack, case))


def _before(dossier: Dossier, number: int) -> Dossier:
    """The case as it was when the round's lottery was fixed."""
    with dossier.office.db.reading() as session:
        entries = [entry for entry, _ in journal.history(session, dossier.state.lot)]
    for entry in entries:
        if isinstance(entry.event, LotteryFixed) and entry.event.round == number:
            return Dossier(office=dossier.office, state=replay(entries[: entry.seq]))
    raise Refused("no_round", round=number)
