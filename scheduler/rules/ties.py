"""Which ties to a bidder besides work make an expert step aside? One dated record, seven grounds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scheduler.limits import Draft, Nothing, Words, Years, forbid, rule
from scheduler.model import Case, Expert, Kinship, Relation, Span, Tie
from scheduler.rules.day import covers, day_of
from scheduler.rules.work import ended, within

_ANY = 1000  # generations: without bound


def _past(case: Case, years: int, *ties: Tie) -> Iterator[Draft]:
    """Ties to any bidder or consortium member that had begun and lasted into the `years` before the day."""
    day = day_of(case)
    for expert in case.pool if day and case.bidders else ():
        for held in expert.relations:
            if day and held.tie in ties and held.org in case.bidders and within(held, day, years):
                yield forbid(expert.id, bidder=held.org, until=ended(held, day), years=years)


def _running(case: Case, *ties: Tie) -> Iterator[Draft]:
    """Whoever has one of these ties on the day."""
    for expert, held in _standing(case, *ties):
        yield forbid(expert.id, bidder=held.org, tie=held.tie.value)


def _standing(case: Case, *ties: Tie) -> Iterator[tuple[Expert, Relation]]:
    """Ties to any bidder or consortium member on the day; without a known day, ties that have no end."""
    day = day_of(case)
    for expert in case.pool if case.bidders else ():
        for held in expert.relations:
            if held.tie not in ties or held.org not in case.bidders:
                continue
            if held.until is None if day is None else covers(_span(held), day):
                yield expert, held


def _span(held: Relation) -> Span:
    return Span(since=held.since, until=held.until)


@rule(
    "R2",
    law="政府采购法实施条例 9(2)",
    title=Words("近年任投标人董事、监事", "director or supervisor of a bidder in the years before"),
    says=Words(
        "{expert} 任投标人 {bidder} 董事或监事至 {until}，未满 {years} 年",
        "{expert} was a director or supervisor of {bidder} until {until}, within {years} years",
    ),
    params=Years,
)
def directed_a_bidder(case: Case, p: Years) -> Iterator[Draft]:
    """Director or supervisor of a bidder, or of a consortium member, within `years` before the day."""
    return _past(case, p.years, Tie.DIRECTOR)


@rule(
    "R3",
    law="政府采购法实施条例 9(3)",
    title=Words("近年为投标人控股股东或实际控制人", "controlled a bidder in the years before"),
    says=Words(
        "{expert} 为投标人 {bidder} 控股股东或实际控制人至 {until}，未满 {years} 年",
        "{expert} controlled {bidder} until {until}, within {years} years",
    ),
    params=Years,
)
def controlled_a_bidder(case: Case, p: Years) -> Iterator[Draft]:
    """Controlling shareholder or actual controller of a bidder within `years` before the day."""
    return _past(case, p.years, Tie.HOLDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Generations:
    """Collateral blood and in-laws within so many generations 代."""

    generations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NearRelatives:
    """近亲属 (民法典 1045): lineal and collateral blood within so many generations each."""

    lineal: int
    collateral: int


@rule(
    "R4",
    version=2,
    law="政府采购法实施条例 9(4)",
    title=Words("与投标人法定代表人、负责人有亲属关系", "kin to a bidder's legal representative"),
    says=Words(
        "{expert} 与投标人 {bidder} 法定代表人或负责人有亲属关系（{kinship}）",
        "{expert} is kin to the head of {bidder} ({kinship})",
    ),
    params=Generations,
)
def kin_to_a_bidders_head(case: Case, p: Generations) -> Iterator[Draft]:
    """Spouse, lineal blood of any degree, collateral blood and in-laws within so many generations, on the day.

    Kin of whom nobody said how close counts as close.
    """
    most = {Kinship.COLLATERAL: p.generations, Kinship.IN_LAW: p.generations}
    return _kin(case, most, frozenset(Kinship), Tie.KIN_HEAD)


@rule(
    "R5",
    version=2,
    law="评标委员会和评标方法暂行规定 12(1); 民法典 1045",
    title=Words("投标人主要负责人的近亲属", "near relative of a bidder's main officers"),
    says=Words(
        "{expert} 是投标人 {bidder} 主要负责人的近亲属（{kinship}）",
        "{expert} is a near relative of a main officer of {bidder} ({kinship})",
    ),
    params=NearRelatives,
)
def kin_to_a_bidders_officer(case: Case, p: NearRelatives) -> Iterator[Draft]:
    """Near relative of the bidder's main officers, the legal representative among them, on the day.

    Spouse, parents, children, grandparents, grandchildren and siblings; in-laws are no near relatives.
    """
    most = {Kinship.LINEAL: p.lineal, Kinship.COLLATERAL: p.collateral}
    near = frozenset({Kinship.SPOUSE, Kinship.LINEAL, Kinship.COLLATERAL})
    return _kin(case, most, near, Tie.KIN_OFFICER, Tie.KIN_HEAD)


def _kin(case: Case, most: Mapping[Kinship, int], kinds: frozenset[Kinship], *ties: Tie) -> Iterator[Draft]:
    """Kin of these kinds within so many generations; what nobody said of a relative counts against it."""
    for expert, held in _standing(case, *ties):
        close = held.kinship is None or held.kinship in kinds
        far = held.kinship is not None and (held.generations or 0) > most.get(held.kinship, _ANY)
        if close and not far:
            degree = "" if held.generations is None else f"/{held.generations}"
            told = f"{held.kinship or held.tie}{degree}"
            yield forbid(expert.id, bidder=held.org, kinship=told)


@rule(
    "R7",
    law="评标委员会和评标方法暂行规定 12(3)",
    title=Words("与投标人有经济利益关系", "economic interest with a bidder"),
    says=Words(
        "{expert} 与投标人 {bidder} 有经济利益关系（{tie}）",
        "{expert} has an economic interest with {bidder} ({tie})",
    ),
    params=Nothing,
)
def interest_in_a_bidder(case: Case, _: Nothing) -> Iterator[Draft]:
    """Consulting, shares, a dispute: running on the day."""
    return _running(case, Tie.INTEREST)


@rule(
    "R9",
    law="政府采购法实施条例 9; 招标投标法实施条例 46",
    title=Words("其他可能影响公正的关系", "another relation that may affect fairness"),
    says=Words(
        "{expert} 与投标人 {bidder} 有其他可能影响公正的关系（{tie}）",
        "{expert} has another relation with {bidder} that may affect fairness ({tie})",
    ),
    params=Nothing,
)
def other_tie_to_a_bidder(case: Case, _: Nothing) -> Iterator[Draft]:
    """Raised in writing by a bidder or the tenderee, or declared by the expert; running on the day."""
    return _running(case, Tie.OTHER, Tie.DECLARED)
