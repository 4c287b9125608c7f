"""How is a panel made up? Seats asked for, one person one seat, odd, owner representatives in bounds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scheduler.limits import Draft, Fact, Most, Nothing, Words, each_at_most, exactly, guard, rule, wanted
from scheduler.model import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """The smallest lawful panel, owner representatives included."""

    least: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One part in `parts`."""

    parts: int


def size(case: Case) -> int:
    """Members of the whole panel: experts of every seat and owner representatives."""
    return sum(wanted(case).values()) + case.owner_reps


@rule(
    "S0",
    law="招标投标法 37; draw request",
    title=Words("所需席位", "the seats asked for"),
    says=Words("专业 {speciality} 恰需 {count} 席", "exactly {count} seat(s) of speciality {speciality}"),
    params=Nothing,
)
def seats_asked_for(case: Case, _: Nothing) -> Iterator[Draft]:
    """Every role is filled exactly, kept members included."""
    for role, count in wanted(case).items():
        yield exactly(count, None, (role,), speciality=role)


@rule(
    "S1",
    law="招标投标法 37",
    title=Words("一人一席", "one person, one seat"),
    says=Words("每人至多 {most} 席", "nobody takes more than {most} seat"),
    params=Nothing,
)
def one_person_one_seat(case: Case, _: Nothing) -> Iterator[Draft]:
    """Nobody takes two seats, neither of two codes nor of one."""
    yield each_at_most(1, None)


@guard(
    "C1",
    law="招标投标法 37",
    title=Words("评标委员会人数为单数且不少于规定", "panel odd and large enough"),
    says=Words(
        "评标委员会 {size} 人：应为 {least} 人以上单数", "a panel of {size}: odd and at least {least} wanted"
    ),
    params=Size,
)
def odd_and_large_enough(case: Case, p: Size) -> Mapping[str, Fact] | None:
    """The whole panel, owner representatives included, is odd and at least the minimum."""
    whole = size(case)
    return None if whole % 2 == 1 and whole >= p.least else {"size": whole, "least": p.least}


@guard(
    "C2",
    law="招标投标法 37",
    title=Words("技术经济专家不少于三分之二", "experts at least two thirds"),
    says=Words(
        "{size} 人中招标人代表 {owners} 人，超过 1/{parts}",
        "{owners} owner representatives of {size} are more than 1/{parts}",
    ),
    params=Share,
)
def owners_at_most_a_share(case: Case, p: Share) -> Mapping[str, Fact] | None:
    """Owner representatives are at most one part in `parts` of the whole panel."""
    whole = size(case)
    if case.owner_reps * p.parts <= whole:
        return None
    return {"owners": case.owner_reps, "size": whole, "parts": p.parts}


@guard(
    "C3",
    law="重庆市招标投标条例 30",
    title=Words("招标人代表人数上限", "owner representatives, absolute cap"),
    says=Words("招标人代表 {owners} 人，至多 {most} 人", "{owners} owner representatives; at most {most}"),
    params=Most,
)
def owners_at_most(case: Case, p: Most) -> Mapping[str, Fact] | None:
    """Owner representatives are at most an absolute number."""
    return None if case.owner_reps <= p.most else {"owners": case.owner_reps, "most": p.most}
