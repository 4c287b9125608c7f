"""What does a supervisor hear who asks why somebody is not on the panel? Rules, law, and what would have to differ."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from api.actor import Actor
from api.services import explaining
from api.services.explaining import Outcome
from api.services.office import Office, open_case
from api.views.gate import free, passed, shows
from scheduler.explain import Exclusion, Reason
from scheduler.limits import Numbers, Words
from scheduler.model import ExpertId, LotId, Role, RuleId
from scheduler.rules import declared
from scheduler.sight import Datum, may_see
from scheduler.state import Phase

SHOWN = 50  # people written out; the rest is counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One rule that keeps a person out; `numbers` are the pack's in force by name, empty for none."""

    rule: RuleId = shows(Datum.POOL)
    title: Words = shows(Datum.POOL)
    law: str = shows(Datum.POOL)
    says: Words = shows(Datum.POOL)
    numbers: tuple[tuple[str, str], ...] = shows(Datum.POOL, default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody by pseudonym; `together`: no rule does it alone, several do."""

    pseudonym: str = shows(Datum.POOL)
    outcome: Outcome = shows(Datum.POOL)
    grounds: tuple[Ground, ...] = shows(Datum.POOL, default=())
    together: bool = shows(Datum.POOL, default=False)
    chance: Fraction | None = shows(Datum.LOTTERY, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCount:
    """How many the lottery names under a rule."""

    rule: RuleId = shows(Datum.POOL)
    title: Words = shows(Datum.POOL)
    count: int = shows(Datum.POOL)


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyPage:
    """One round's exclusions: all, of one rule, or the answer about one person; what was asked stands beside."""

    lot: LotId = shows(Datum.SCHEDULE)
    project: str = shows(Datum.PROJECT)
    phase: Phase = shows(Datum.SCHEDULE)
    round: int = free()
    rule: str = free()
    asked: str = free()
    rounds: int | None = shows(Datum.POOL, default=None)  # None: nothing is drawn, or the lot is cancelled
    rules: tuple[RuleCount, ...] = shows(Datum.POOL, default=())
    people: tuple[Person, ...] = shows(Datum.POOL, default=())
    count: int | None = shows(Datum.POOL, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked: a round, and a rule or a person or neither."""

    round: int = 1
    rule: str = ""
    person: str = ""


def why_page(office: Office, actor: Actor, lot: LotId, asked: Question) -> WhyPage:
    """The answer, none before the draw and none of a cancelled lot. Raises Refused("no_round")."""
    case = open_case(office, lot)
    empty = WhyPage(
        lot=lot,
        project=case.request.project_name,
        phase=case.state.phase,
        round=asked.round,
        rule=asked.rule,
        asked=asked.person,
    )
    if not may_see(actor.role, Datum.POOL, case.state.phase) or not case.state.rounds:
        return passed(empty, Role.SUPERVISOR, case.state.phase)
    found = explaining.why_not(office, actor, lot, asked.round)
    in_force = explaining.in_force(case)
    wanted = [each for each in found if not asked.rule or asked.rule == each.named]
    people = tuple(_person(each, in_force) for each in wanted[:SHOWN])
    if asked.person:
        people = (_one(office, actor, lot, asked, in_force),)
    counts = Counter(each.named for each in found)
    view = replace(
        empty,
        rounds=len(case.state.rounds),
        rules=tuple(RuleCount(rule=r, title=_title(r), count=n) for r, n in counts.most_common()),
        people=people,
        count=len(people) if asked.person else len(wanted),
    )
    return passed(view, Role.SUPERVISOR, case.state.phase)


def _one(office: Office, actor: Actor, lot: LotId, asked: Question, in_force: Numbers) -> Person:
    told = explaining.answer(office, actor, lot, ExpertId(asked.person.strip()), asked.round)
    if told.exclusion is not None:
        return _person(told.exclusion, in_force)
    return Person(pseudonym=told.expert, outcome=told.outcome, chance=told.chance)


def _person(each: Exclusion, in_force: Numbers) -> Person:
    return Person(
        pseudonym=each.expert,
        outcome=Outcome.OUT,
        grounds=tuple(_ground(reason, in_force) for reason in each.reasons),
        together=each.together,
    )


def _ground(reason: Reason, in_force: Numbers) -> Ground:
    meant = declared(reason.rule)
    numbers = in_force.get(reason.rule, {})
    return Ground(
        rule=reason.rule,
        title=reason.title,
        law=meant.law if meant else "",
        says=reason.says,
        numbers=tuple((name, _written(value)) for name, value in numbers.items()),
    )


def _written(value: int | Sequence[str]) -> str:
    return str(value) if isinstance(value, int) else ", ".join(value)


def _title(rule: RuleId) -> Words:
    meant = declared(rule)
    return meant.title if meant else Words(rule, rule)
