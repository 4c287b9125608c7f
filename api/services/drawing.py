"""How is a panel drawn? Freeze the pool, take the parties' seeds, fix the lottery, open the seeds, draw."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from api.actor import SYSTEM, Actor
from api.services import competing, delivering
from api.services.beaconing import bring
from api.services.keys import take_made
from api.services.matching import snapshot
from api.services.office import Dossier, Office, by, by_system, only, open_case, record, rehearse
from api.services.places import seated, seating
from api.services.releasing import Released, release
from scheduler.beacon import first_after
from scheduler.check import breaches
from scheduler.deposit import PARTIES, demand_sealed, envelopes_of, owed
from scheduler.elsewhere import elsewhere_limits
from scheduler.errors import Refused
from scheduler.events import Drawn, LotteryFixed, PoolFrozen, SeedPledged, SiteSeedPledged, Stuck
from scheduler.exhibits import Elsewhere, LotteryBody
from scheduler.facts import case_of, numbers, roles
from scheduler.lead import demand_not_early
from scheduler.limits import Limit
from scheduler.lottery import Lottery, from_body, numbered, renamed
from scheduler.model import Case, Choice, LotId, Role
from scheduler.places import deposit_context
from scheduler.pulse import with_pulse
from scheduler.release import seeds
from scheduler.rules import limits
from scheduler.rules.load import KEPT_FOR_OTHERS
from scheduler.snapshot import pool_root, widened
from scheduler.solve.clash import NoPanel
from scheduler.solve.draw import make_lottery
from scheduler.state import State
from scheduler.ticket import contribution, ticket_seed

_TRIES = 3  # other lots may be drawn while this one is worked out


def freeze(office: Office, actor: Actor, lot: LotId) -> State:
    """Record `PoolFrozen`: every expert with a speciality asked for, under pseudonyms of this lot.

    After a signed step of the ladder the pool is frozen anew: who was in it stays in it as frozen then, so that
    no second freeze can drop anybody. Where custodians run agents, the lot first takes its keys.
    Raises Refused("keys_not_ready").
    """
    only(actor, Role.OPERATOR, Role.POOL)
    dossier = open_case(office, lot)
    pool = snapshot(dossier.ruled, dossier.request)
    if dossier.state.pool_exhibit is not None:
        pool = widened(dossier.snapshot, pool)
    exhibit = office.exhibit("pool", pool)
    frozen = by(actor, PoolFrozen(root=pool_root(pool.leaves), size=len(pool.leaves), exhibit=exhibit.digest))
    if dossier.state.keys:
        return record(office, lot, dossier.state, [frozen], exhibits=[exhibit])
    made = take_made(dossier.ruled, lot, dossier.state.rounds_allowed)
    deeds, exhibits = [by_system(made.event), frozen], [made.exhibit, exhibit]
    return record(office, lot, dossier.state, deeds, exhibits=exhibits, rows=made.rows)


def pledge(office: Office, actor: Actor, lot: LotId, envelopes: Sequence[bytes]) -> State:
    """Record `SeedPledged`: the sealed seeds of the actor's party in the order of `scheduler.deposit.owed`, the one
    for the draw of sites last. What could never be opened is refused before it is written down for ever."""
    only(actor, *PARTIES)
    state = open_case(office, lot).state
    party = actor.role.value
    wanted = owed(state, party)
    demand_sealed(wanted, envelopes, envelopes_of(state))
    rounds = sum(key.round is not None for key in wanted.keys)
    for_rounds, for_sites = envelopes[:rounds], envelopes[rounds:]
    if len(for_sites) > 1:
        raise Refused("deposits", expected=rounds)
    event = SeedPledged(party=party, deposits=tuple(each.hex() for each in for_rounds))
    first = [by(actor, SiteSeedPledged(party=party, deposit=each.hex())) for each in for_sites]
    return record(office, lot, state, [*first, by(actor, event)])


def round_case(dossier: Dossier) -> Case:
    """What the rules read for the next round: members stay, who left is out, bidders once they are known."""
    state = dossier.state
    return case_of(
        dossier.request,
        dossier.snapshot,
        kept=state.experts(),
        out=state.set_aside(),
        conflicts=dossier.conflicts,
        counts=state.seats,
    )


def round_limits(dossier: Dossier, elsewhere: Elsewhere | None) -> tuple[Case, tuple[Limit, ...]]:
    """The next round's case with every limit: the pack's, and those that other lots set."""
    case = round_case(dossier)
    return case, (*limits(case, numbers(dossier.pack, case)), *elsewhere_limits(elsewhere))


def fix(office: Office, actor: Actor, lot: LotId) -> State:
    """Record `LotteryFixed`: the lottery over all lawful panels, committed while every seed is still sealed.

    Raises Refused("D3") or Refused("D3w") when it is too early (重庆市招标投标条例 30), Refused("no_panel") when
    no lawful panel exists, Refused("rival_round") while an overlapping lot is between lottery and ticket, or
    what the history forbids. Nothing is locked while the solver thinks: recording refuses if the case has moved
    on, and where another lot was quicker with a draw that matters here all is worked out anew.
    """
    only(actor, Role.OPERATOR, Role.SYSTEM)
    return retried(office, lot, lambda dossier: _fix(office, actor, dossier))


def retried(office: Office, lot: LotId, once: Callable[[Dossier], State]) -> State:
    """One try after the other while other lots are quicker with a draw that matters here, each on a case read anew."""
    for _ in range(_TRIES):
        try:
            return once(open_case(office, lot))
        except Refused as refusal:
            if refusal.code != "rival_moved":
                raise
            moved = refusal
    raise moved


def _fix(office: Office, actor: Actor, dossier: Dossier) -> State:
    """One try; the case and its rivals as read now."""
    state, lot = dossier.state, dossier.state.lot
    demand_not_early(dossier.rules, dossier.request, office.now())
    event = LotteryFixed(
        round=len(state.rounds) + 1,
        lottery=state.head,  # replaced below; a first look whether the history allows a round at all
        kept=tuple(m.member for m in state.experts()),
        out=tuple(m.member for m in state.set_aside()),
        pulse=first_after(state.beacon, office.now()) if state.beacon else None,
    )
    rehearse(dossier, by(actor, event))
    with office.db.reading() as session:
        seen = competing.look(office, session, dossier)
        lottery, elsewhere = _made(
            office,
            dossier,
            competing.told(office, session, dossier, seen, lambda bare: round_limits(dossier, bare)),
        )
    exhibit = office.exhibit(
        "lottery",
        LotteryBody(round=event.round, body=renamed(lottery, numbered(len(lottery.roles))).to_body()),
    )
    told = [office.exhibit("elsewhere", elsewhere)] if elsewhere else []
    fixed = replace(
        event,
        lottery=exhibit.digest,
        elsewhere=told[0].digest if told else None,
        pulse=first_after(state.beacon, office.now()) if state.beacon else None,
    )
    return record(
        office,
        lot,
        state,
        [by(actor, fixed)],
        exhibits=[exhibit, *told],
        rows=lambda session: competing.demand_unmoved(session, dossier, seen),
    )


def _made(
    office: Office, dossier: Dossier, plans: Iterator[Elsewhere | None]
) -> tuple[Lottery, Elsewhere | None]:
    """The lottery of the first plan for other lots that leaves a panel here. Raises NoPanel."""
    elsewhere = next(plans)
    while True:
        try:
            return make_lottery(*round_limits(dossier, elsewhere), threads=office.threads), elsewhere
        except NoPanel as none:
            later = next(plans, None) if KEPT_FOR_OTHERS.id in none.clash.rules else None
            if later is None:
                raise
            elsewhere = later


def give_up(office: Office, lot: LotId, rules: Sequence[str]) -> State:
    """Record `Stuck`: the clock tries no more, the operator is told, bids stay sealed."""
    state = open_case(office, lot).state
    event = Stuck(round=len(state.rounds) + 1, rules=tuple(rules))
    return record(office, lot, state, [by(SYSTEM, event)])


def draw(office: Office, actor: Actor, lot: LotId) -> State:
    """Record the opening of the round's seeds and `Drawn`: the fixed lottery is read back, never recomputed."""
    only(actor, Role.OPERATOR, Role.SYSTEM)
    dossier = open_case(office, lot)
    under_way = dossier.state.round_under_way()
    if under_way is None or under_way.standby is not None:
        raise Refused("round_not_ready", round=len(dossier.state.rounds))
    if under_way.awaits is not None:
        dossier = bring(office, actor, lot)
        under_way = dossier.state.rounds[-1]
    lottery = renamed(from_body(dossier.body(under_way.lottery, LotteryBody).body), roles(dossier.request))
    released = release(dossier, seeds(under_way.number))
    ticket = ticket_of(dossier, released)
    new = _winners(dossier, lottery, ticket)
    places = seating(office, dossier, new, ticket)
    exhibit = office.exhibit("seating", places)
    event = Drawn(
        round=under_way.number,
        ticket=ticket.hex(),
        members=seated(office, dossier, new),
        seating=exhibit.digest,
    )
    there = delivering.at_once(office, lot, [m.member for m in event.members], event.round)
    deeds = [released.deed, by(actor, event), *there]
    return record(office, lot, dossier.state, deeds, exhibits=[released.exhibit, exhibit])


def ticket_of(dossier: Dossier, released: Released) -> bytes:
    """The ticket of the round under way: what the parties' seeds and the committed lottery give (32 bytes)."""
    state = dossier.state
    under_way = state.rounds[-1]
    parts = {
        party: contribution(
            released.private,
            bytes.fromhex(deposits[under_way.number - 1]),
            deposit_context(state.lot, party, under_way.number),
        )
        for party, deposits in state.pledges
    }
    seeded = ticket_seed(under_way.lottery, state.lot, state.attempt, under_way.number, parts)
    pulse = under_way.taken
    return with_pulse(seeded, pulse.pulse, pulse.value) if pulse else seeded


def _winners(dossier: Dossier, lottery: Lottery, ticket: bytes) -> tuple[Choice, ...]:
    """The members this round adds; the checker has the last word before anybody is told."""
    told = dossier.state.rounds[-1].elsewhere
    case, found = round_limits(dossier, dossier.body(told, Elsewhere) if told else None)
    panel = lottery.winner(ticket)
    if broken := breaches(found, panel):
        raise Refused("unlawful_panel", rule=broken[0].limit.rule)
    return tuple(choice for choice in panel if choice not in case.kept)
