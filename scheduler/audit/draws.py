"""Steps about the draw: pool, lottery, seeds and ticket, winners, re-check, seats."""

from dataclasses import replace
from fractions import Fraction

from crypto.canonical import unhex
from crypto.errors import Broken
from scheduler.appointing import demand_fit
from scheduler.audit import beacons, panel, relaxing, standby
from scheduler.audit.case import AuditCase, NotRevealed, request_at
from scheduler.audit.chinese import in_chinese
from scheduler.audit.rivals import competing, elsewhere_of
from scheduler.audit.rounds import case_of_round, limits_of, numbers_of, rounds
from scheduler.audit.siteseeds import follow
from scheduler.certificate import judge
from scheduler.check import misfit_classes, unlawful
from scheduler.elsewhere import elsewhere_limits
from scheduler.events import (
    Appointed,
    Booked,
    Drawn,
    LotteryFixed,
    Member,
    PoolFrozen,
    Rechecked,
)
from scheduler.exhibits import Opening, Request, RulesInForce, Snapshot
from scheduler.facts import case_of, choices, numbers, roles
from scheduler.limits import Limit, Words, fits
from scheduler.lottery import Lottery, renamed
from scheduler.model import Case, Choice, ExpertId
from scheduler.places import deposit_context
from scheduler.recheck import added, owners_out, recusals
from scheduler.rules import refuse
from scheduler.snapshot import pool_root
from scheduler.state import State
from scheduler.ticket import contribution, ticket_seed


def pool(case: AuditCase) -> Words:
    """The snapshot is the one whose root was recorded, in order, everyone once."""
    frozen = [entry.event for _, entry in case.moments if isinstance(entry.event, PoolFrozen)]
    if not frozen:
        raise NotRevealed(Words("名单尚未冻结", "the pool is not frozen yet"))
    for event in frozen:
        snapshot = case.body(event.exhibit, Snapshot)
        people = [leaf.expert.id for leaf in snapshot.leaves]
        if people != sorted(set(people)) or len(people) != event.size:
            raise Broken("the pool is doubled, out of order or of another size")
        if pool_root(snapshot.leaves) != event.root:
            raise Broken("the pool's root is another one")
    relaxing.pools(case)
    event = frozen[-1]
    return Words(
        f"{event.size} 名专家（化名）与冻结时的根一致；名单是否完整以专家库为准",
        f"{event.size} experts by pseudonym match the frozen root; that the pool was whole rests on its owner's word",
    )


def tickets(case: AuditCase) -> Words:
    """Tickets add up; everyone's chance is above zero and follows from them; nobody who left is in again."""
    count, panels = 0, 0
    for state, event, lottery in rounds(case, LotteryFixed):
        chances = lottery.chances()
        if not chances or min(chances.values()) <= 0:
            raise Broken(f"round {event.round}: a chance of zero")
        if sum(chances.values()) != sum(state.open_seats()):
            raise Broken(f"round {event.round}: chances do not add up to the open seats")
        if {Member(c.expert) for c in lottery.kept} != set(event.kept):
            raise Broken(f"round {event.round}: other members are kept than sit")
        if gone := {Member(e) for e in chances} & set(event.out):
            raise Broken(f"round {event.round}: {len(gone)} who left are in the lottery")
        count, panels = count + 1, panels + len(lottery.panels)
    beside = standby.tickets(case)
    return Words(
        f"{count} 轮、{panels} 组签，票数与概率一致{beside.zh}",
        f"{count} rounds, {panels} panels: tickets and chances agree{beside.en}",
    )


def _limits(case: AuditCase, of_round: Case, event: LotteryFixed | None = None) -> tuple[Limit, ...]:
    """The pack's limits, and for a lottery (`event`) those of other lots as the round's exhibit gives them."""
    told = elsewhere_of(case, event) if event else None
    return (*limits_of(case)(of_round), *elsewhere_limits(told))


def lawful(case: AuditCase) -> Words:
    """Every panel of every lottery keeps every limit, counted anew; everyone who fits is in or named as out."""
    counted, unproved = 0, 0
    _same_request(case)
    _appointed(case)
    beside = competing(case)
    for state, event, masked in rounds(case, LotteryFixed):
        of_round = case_of_round(case, state)
        found = _limits(case, of_round, event)
        lottery = renamed(masked, roles(case.body(state.request, Request)))
        if misfit_classes(of_round, lottery):
            raise Broken(f"round {event.round}: somebody sits in a seat without its speciality")
        if wrong := unlawful(lottery, found):
            raise Broken(f"round {event.round}, panel {wrong[0].panel}: breaks {wrong[0].breach.limit.rule}")
        _complete(of_round, event, lottery)
        counted, unproved = counted + len(found), unproved + _unproved(lottery, found)
    waiting = standby.lawful(case)
    return Words(
        f"重新清点 {counted} 条限制，全部守住；另有 {unproved} 人次因多条规则合力而无席可坐，此点不经求解不能复核；"
        f"{beside.zh}{waiting.zh}",
        f"{counted} limits counted anew, all kept; {unproved} exclusions rest on several rules together "
        f"and cannot be checked without a solver; {beside.en}{waiting.en}",
    )


def _appointed(case: AuditCase) -> None:
    """Whoever was appointed without a draw is of the pool, fits the seat and keeps every limit beside who sat."""
    for state, entry in case.moments:
        if not isinstance(entry.event, Appointed) or state is None:
            continue
        of_round = case_of_round(case, state)
        pool = {expert.id: expert for expert in of_round.pool}
        found, codes = _limits(case, of_round), roles(case.body(state.request, Request))
        for member in entry.event.members:
            choice = Choice(expert=ExpertId(member.member), speciality=codes[member.role])
            if choice.expert not in pool or not fits(pool[choice.expert], choice.speciality):
                raise Broken(f"entry {entry.seq}: appointed from outside the pool or the speciality")
            demand_fit(of_round, found, choice)
            of_round = replace(of_round, kept=(*of_round.kept, choice))


def _same_request(case: AuditCase) -> None:
    """The booking's event and its request say the same, and the request breaks no guard (C1 …)."""
    state = case.final()
    request = case.body(
        state.booked, Request
    )  # of the last move, where the lot was moved (step 3 compares those)
    owners = sum(1 for m in state.members if m.role is None)
    booked = [entry.event for _, entry in case.moments[:1] if isinstance(entry.event, Booked)]
    said = [(b.seats, b.starts, b.ends) for b in booked]
    first = [case.body(b.request, Request) for b in booked]
    told = [(tuple(s.count for s in r.seats), r.starts.isoformat(), r.ends.isoformat()) for r in first]
    if (told, request.owner_reps) != (said, owners) or request.lot != state.lot:
        raise Broken("the request says other seats, owner representatives or times than the booking")
    bare = case_of(request_at(case, state), case.body(state.pool_exhibit, Snapshot))
    force = numbers(case.body(state.pack, RulesInForce).pack, bare)
    refuse(bare, force)
    if request.relaxed:
        raise Broken("a step of the ladder stands in the request as booked, and nobody signed it")
    relaxing.requests(case)
    panel.owners(case, force)
    panel.chairs(case, force)


def _unproved(lottery: Lottery, found: tuple[Limit, ...]) -> int:
    """How many are named as out though no limit of the named rule bars them alone."""
    barred = {(limit.rule, who) for limit in found if limit.most == 0 for who in limit.experts or ()}
    return sum(1 for who, rule in lottery.excluded.items() if (rule, who) not in barred)


def _complete(of_round: Case, event: LotteryFixed, lottery: Lottery) -> None:
    listed = set(lottery.chances()) | set(lottery.excluded) | {c.expert for c in lottery.kept}
    for expert in of_round.pool:
        wanted = any(fits(expert, seats.speciality) for seats in of_round.seats)
        if wanted and expert.id not in listed:
            raise Broken(
                f"round {event.round}: an expert who fits is neither in the lottery nor named as out"
            )


def fair(case: AuditCase) -> Words:
    """Prices of the limits prove, level by level, that no lottery over lawful panels is fairer (--fairness only)."""
    count, levels, gap = 0, 0, Fraction(0)
    zh, en = "", ""
    for state, event, masked in rounds(case, LotteryFixed):
        of_round = case_of_round(case, state)
        lottery = renamed(masked, roles(case.body(state.request, Request)))
        verdict = judge(of_round, _limits(case, of_round, event), lottery)
        count, levels = count + 1, levels + len(lottery.certificate.levels)
        gap = max(gap, verdict.gap)
        if verdict.searched:
            zh += f"；第 {event.round} 轮有 {len(verdict.searched)} 层以搜索为据，算术只证明到此差距之内"
            en += f"; round {event.round}: {len(verdict.searched)} levels optimal by search, proved to that gap only"
        if not verdict.complete:
            zh += f"；第 {event.round} 轮未声称最优"
            en += f"; round {event.round} does not claim to be optimal"
        if verdict.unproved:
            zh += f"；第 {event.round} 轮有 {verdict.unproved} 人被列为排除而未经证明"
            en += f"; round {event.round}: {verdict.unproved} people are named as out without proof"
    return Words(
        f"{count} 轮、{levels} 层：没有更公平的彩票，差距至多 {float(gap):.1e}{zh}",
        f"{count} rounds, {levels} levels: no lottery is fairer by more than {float(gap):.1e}{en}",
    )


def seeds(case: AuditCase) -> Words:
    """Every party's pledged seed opens with the released key; together with the lottery they give the ticket."""
    done = 0
    for state, entry in case.moments:
        event = standby.ticketed(entry)
        if event is not None and state is not None:
            if _ticket(case, state) != unhex(event.ticket, 32):
                raise Broken(f"round {event.round}: the ticket does not follow from the seeds")
            done += 1
    parties, choices = case.final().parties, follow(case)
    zh, en = (
        f"；客场自 {choices} 种组合中抽出，亦由种子得出",
        f"; so do the guest sites, one of {choices} choices",
    )
    told = Words(zh, en) if choices else Words("", "")
    pulses = beacons.told(case)
    return Words(
        f"{done} 轮的中签号由{'、'.join(map(in_chinese, parties))}事先交存的种子得出；种子在彩票承诺之后开启"
        f"{told.zh}{pulses.zh}",
        f"{done} tickets follow from seeds pledged beforehand by {', '.join(parties)}, "
        f"opened after the lottery was fixed{told.en}{pulses.en}",
    )


def _ticket(case: AuditCase, state: State) -> bytes:
    under_way = state.rounds[-1]
    opening = case.body(under_way.opened, Opening)
    private = unhex(opening.private, 32)
    parts = {}
    for party, deposits in state.pledges:
        bound = deposit_context(state.lot, party, under_way.number)
        parts[party] = contribution(private, unhex(deposits[under_way.number - 1]), bound)
    seeded = ticket_seed(under_way.lottery, state.lot, state.attempt, under_way.number, parts)
    return beacons.joined(case, seeded, under_way)


def winners(case: AuditCase) -> Words:
    """In every round the ticket lands on exactly the members drawn; rounds chain without a gap."""
    drawn = {e.event.round: (s, e.event) for s, e in case.moments if isinstance(e.event, Drawn)}
    members = 0
    for _, fixed, lottery in rounds(case, LotteryFixed):
        if fixed.round not in drawn:
            continue
        _, event = drawn[fixed.round]
        won = [c for c in lottery.winner(unhex(event.ticket, 32)) if c not in lottery.kept]
        codes = lottery.roles
        if [(Member(c.expert), codes.index(c.speciality)) for c in won] != [
            (m.member, m.role) for m in event.members
        ]:
            raise Broken(f"round {event.round}: the ticket lands on other members")
        members += len(won)
    waiting = standby.winners(case)
    return Words(
        f"中签号逐轮落在所列 {members} 名成员上{waiting.zh}",
        f"round by round the ticket lands on the {members} members listed{waiting.en}",
    )


def rechecked(case: AuditCase) -> Words:
    """At the opening exactly the members were recused whom a rule forbids now that bidders are known."""
    for state, entry in case.moments:
        if isinstance(entry.event, Rechecked) and state is not None:
            of_round = case_of_round(case, state)
            sitting = choices(case.body(state.request, Request), state.experts())
            expected = recusals(_limits(case, of_round), sitting)
            more: tuple[int, ...] = ()
            if owners_out(of_round, numbers_of(case, of_round)) is not None:
                expected |= {m.member: "C10" for m in state.current() if m.role is None}
                more = added(of_round)
            if entry.event.added != more:
                raise Broken("other seats were added than the rules say")
            if expected != {m.member: m.rule for m in entry.event.recused}:
                raise Broken("others were recused than the rules say")
            return Words(
                f"按 {len(of_round.bidders)} 个投标主体复核，回避 {len(expected)} 人",
                f"{len(of_round.bidders)} bidding organisations checked, {len(expected)} members recused",
            )
    raise NotRevealed(Words("尚未开标", "bids are not opened yet"))
