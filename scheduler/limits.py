"""What is a limit, and how does a rule declare itself? The one vocabulary of draw, check and explanation.

A *choice* is (expert, role); a role is a seat's speciality code. A *limit* says: of a rectangle of choices
take at least `least` and at most `most`, because of these facts. Nothing that reads limits knows a rule.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from heapq import nsmallest
from typing import Any, NamedTuple, TypeVar

from scheduler.errors import Refused
from scheduler.factwords import in_chinese
from scheduler.model import Case, Expert, ExpertId, RuleId, SpecialityCode

Fact = str | int
# Of each rule its numbers by name: whole numbers >= 0, or tuples of codes. A rule without an entry does not run;
# `R11@1` is version 1 of R11 where there is a newer one.
Numbers = Mapping[RuleId, Mapping[str, Any]]
Experts = tuple[ExpertId, ...] | None  # None: everyone
Roles = tuple[SpecialityCode, ...] | None  # None: every role
P = TypeVar("P")


class Words(NamedTuple):
    """One sentence, title or template in the two languages of the house."""

    zh: str
    en: str

    def filled(self, facts: Mapping[str, Fact]) -> "Words":
        """The template with its facts filled in; codes of the register are told in words in Chinese."""
        told = {name: in_chinese(name, fact) for name, fact in facts.items()}
        return Words(self.zh.format_map(told), self.en.format_map(facts))


class Draft(NamedTuple):
    """A limit as a rule yields it, before the rule's id is stamped on it."""

    experts: Experts
    roles: Roles
    least: int
    most: int | None
    facts: Mapping[str, Fact]
    each: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Of the choices `experts` × `roles` take at least `least` and at most `most` (None: no upper bound).

    `each`: `most` holds for every person by itself instead of for their sum (and `least` is 0).
    Whether a choice exists at all (the expert has the speciality) is no limit: see `fits`.
    """

    rule: RuleId
    experts: Experts
    roles: Roles
    least: int
    most: int | None
    facts: Mapping[str, Fact]
    each: bool = False
    version: int | None = None  # of the rule; None: the newest


def forbid(expert: ExpertId, /, **facts: Fact) -> Draft:
    """This expert in no role; the expert's id is filled in as the fact `expert`."""
    return Draft((expert,), None, 0, 0, {"expert": expert, **facts})


def at_most(most: int, experts: Experts, /, roles: Roles = None, **facts: Fact) -> Draft:
    """At most `most` of these choices; `most` is filled in as a fact."""
    return Draft(experts, roles, 0, most, {"most": most, **facts})


def at_least(least: int, experts: Experts, /, roles: Roles = None, **facts: Fact) -> Draft:
    """At least `least` of these choices; `least` is filled in as a fact."""
    return Draft(experts, roles, least, None, {"least": least, **facts})


def exactly(count: int, experts: Experts, /, roles: Roles = None, **facts: Fact) -> Draft:
    """Exactly `count` of these choices; `count` is filled in as a fact."""
    return Draft(experts, roles, count, count, {"count": count, **facts})


def each_at_most(most: int, experts: Experts, /, **facts: Fact) -> Draft:
    """At most `most` choices of every one of these experts, each counted alone."""
    return Draft(experts, None, 0, most, {"most": most, **facts}, each=True)


def per_group(most: int, fact: str, groups: Mapping[str, list[ExpertId]]) -> Iterator[Draft]:
    """At most `most` of every group; `fact` names the group in the facts.

    Groups of one are bundled into a single `each` limit, so that 60 000 households of one cost nothing;
    they still bind where a person could take several seats (S1 lifted).
    """
    alone: dict[str, ExpertId] = {}
    for name, members in groups.items():
        if len(members) == 1 and most > 0:
            alone[name] = members[0]
        else:
            yield at_most(most, tuple(members), None, **{fact: name})
    if alone:
        told = "、".join(nsmallest(3, alone)) + ("…" if len(alone) > 3 else "")
        yield each_at_most(most, tuple(alone.values()), **{fact: told})


def grouped(pool: Iterable[Expert], key: Callable[[Expert], str]) -> dict[str, list[ExpertId]]:
    """The pool by `key`; an empty key is no group."""
    groups: dict[str, list[ExpertId]] = {}
    for expert in pool:
        name = key(expert)
        if name:
            groups.setdefault(name, []).append(expert.id)
    return groups


def fits(expert: Expert, role: SpecialityCode) -> bool:
    """Whether the choice exists: one of the expert's codes starts with the seat's code."""
    return any(code.startswith(role) for code in expert.specialities)


def holds(limit: Limit, who: ExpertId, role: SpecialityCode) -> bool:
    """Whether the limit counts this choice."""
    return (limit.experts is None or who in limit.experts) and (limit.roles is None or role in limit.roles)


def wanted(case: Case) -> dict[SpecialityCode, int]:
    """Seats per role, kept members included; entries with the same code add up; roles in code order."""
    counts: dict[SpecialityCode, int] = {}
    for seats in case.seats:
        counts[seats.speciality] = counts.get(seats.speciality, 0) + seats.count
    return dict(sorted(counts.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """A rule that needs no number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Most:
    """At most so many persons."""

    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Least:
    """At least so many persons."""

    least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Years:
    """So many full years."""

    years: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """So many calendar days."""

    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Often:
    """At most so many times in so many calendar days, the day itself counted among them."""

    most: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Percent:
    """So many hundredths."""

    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One part in `parts`."""

    parts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What every rule and every guard says of itself; `docs/rules.md` is made of it.

    `title` holds no facts and may be shown to the expert; `says` is a template and a secret like its facts.
    """

    id: RuleId
    version: int
    law: str
    title: Words
    says: Words
    params: type[Any]

    def read(self, numbers: Mapping[str, Any]) -> Any:
        """The rule's numbers as its parameter dataclass. Raises Refused("numbers") when they do not fit."""
        names = {field.name: field.type for field in fields(self.params)}
        if set(numbers) != set(names):
            raise Refused("numbers", rule=self.id, given=sorted(numbers), expected=sorted(names))
        return self.params(**{name: self._fit(name, value, names[name]) for name, value in numbers.items()})

    def _fit(self, name: str, value: Any, kind: Any) -> Any:
        if kind is int:
            if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
                return value
            raise Refused("numbers", rule=self.id, name=name, given=value, expected="whole number >= 0")
        codes = tuple(value) if isinstance(value, list | tuple) else ()
        if codes and all(isinstance(code, str) and code for code in codes) and len(set(codes)) == len(codes):
            return codes
        raise Refused("numbers", rule=self.id, name=name, given=value, expected="list of different codes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Declared):
    """A rule on persons: a pure generator of limits from the case and the rule's numbers."""

    drafts: Callable[[Case, Any], Iterable[Draft]]

    def limits(self, case: Case, numbers: Mapping[str, Any]) -> list[Limit]:
        """Every limit this rule sets in this case."""
        return [
            Limit(
                rule=self.id,
                experts=draft.experts,
                roles=draft.roles,
                least=draft.least,
                most=draft.most,
                facts=draft.facts,
                each=draft.each,
                version=self.version,
            )
            for draft in self.drafts(case, self.read(numbers))
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard(Declared):
    """A rule on the request as a whole: `facts` returns what is wrong, or None when it is lawful."""

    facts: Callable[[Case, Any], Mapping[str, Fact] | None]

    def check(self, case: Case, numbers: Mapping[str, Any]) -> None:
        """Raise Refused(id, **facts) when the case breaks this rule."""
        wrong = self.facts(case, self.read(numbers))
        if wrong is not None:
            raise Refused(self.id, **wrong)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Guard):
    """Something worth a word and no reason to refuse; `facts` as for a guard."""


def rule(
    name: str, *, law: str, title: Words, says: Words, params: type[P], version: int = 1
) -> Callable[[Callable[[Case, P], Iterable[Draft]]], Rule]:
    """Declare a generator of drafts as the rule `name`. A new meaning is a new version, never a change."""

    def declare(drafts: Callable[[Case, P], Iterable[Draft]]) -> Rule:
        return Rule(
            id=RuleId(name), version=version, law=law, title=title, says=says, params=params, drafts=drafts
        )

    return declare


def guard(
    name: str, *, law: str, title: Words, says: Words, params: type[P], version: int = 1
) -> Callable[[Callable[[Case, P], Mapping[str, Fact] | None]], Guard]:
    """Declare a function from case to wrong facts as the guard `name`."""

    def declare(facts: Callable[[Case, P], Mapping[str, Fact] | None]) -> Guard:
        return Guard(
            id=RuleId(name), version=version, law=law, title=title, says=says, params=params, facts=facts
        )

    return declare


def notice(
    name: str, *, law: str, title: Words, says: Words, params: type[P], version: int = 1
) -> Callable[[Callable[[Case, P], Mapping[str, Fact] | None]], Notice]:
    """Declare a function from case to noteworthy facts as the notice `name`."""

    def declare(facts: Callable[[Case, P], Mapping[str, Fact] | None]) -> Notice:
        return Notice(
            id=RuleId(name), version=version, law=law, title=title, says=says, params=params, facts=facts
        )

    return declare
