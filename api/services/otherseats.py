"""At which workstations could the members of a lost site sit, and which rules stand against it?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlmodel import Session

from api.services import between
from api.services.candidates import is_open
from api.services.lostseats import Look, Seat
from api.services.office import Dossier, Office
from api.services.seats import Wanted, free, sites_of, spots
from api.store.registers import booth_of
from api.store.registers import sites as sites_known
from api.store.travel import travel
from crypto.canonical import digest
from crypto.stream import Stream
from scheduler.errors import Refused
from scheduler.events import Member
from scheduler.exhibits import Place, Request, Snapshot, Swap
from scheduler.explain import Reason, reason
from scheduler.facts import case_of, choices, numbers
from scheduler.limits import Limit, Numbers, Words
from scheduler.model import Case, ExpertId, RegionCode, RuleId, SiteId, SiteSeats, Travel
from scheduler.model import Placed as At
from scheduler.rules import declared, limits, refuse
from scheduler.rules.place import city, guests_drawn
from scheduler.rules.rooms import L8, crowded, layout, owners_apart
from scheduler.rules.rooms import Layout as RoomLayout
from scheduler.rules.travel import near_enough, time_between_panels
from scheduler.seatplan import broken
from scheduler.siting import fallen_site

L7, CAME = RuleId("L7"), RuleId("checked_in")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The request and everybody's place as far as the repair has come, and what it takes and gives back."""

    request: Request
    plan: Mapping[Member, Place]
    swaps: tuple[Swap, ...] = ()
    taking: tuple[tuple[Seat, bool], ...] = ()
    giving: tuple[Seat, ...] = ()
    travel: tuple[Travel, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """One site with lost workstations, in a repair that has come so far."""

    office: Office
    session: Session = field(repr=False)
    dossier: Dossier
    seen: Look
    layout: Layout
    site: SiteId

    @property
    def row(self) -> SiteSeats:
        """The site as the request has it."""
        return next(site for site in self.layout.request.sites if site.site == self.site)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What comes of a lost site: the repair with it, and how many members it moves."""

    layout: Layout
    swap: Swap
    members: int


def same_site(gone: Gone, reasons: list[Reason]) -> Found | None:
    """Other workstations of the site for those whose own are lost; None: too few, or the rules forbid it."""
    seen, site = gone.seen, gone.site
    members, lost = seen.hurt(site), [seat for seat in seen.lost if seat[0] == site]
    if _came(gone, members, reasons):
        return None
    picked = _picked(gone, site, lost)
    seats = seen.idle(site) | dict(picked)
    if len(seats) < len(members):
        reasons += [_few(gone.site, len(seats), len(members))] if seats else []
        return None
    left = [own for seat, own in seen.held.items() if seat[0] == site and seat not in seen.lost]
    experts = _experts(gone, [*left, *(own for _, own in picked)])
    if experts is None:
        reasons.append(_unlike())
        return None
    request = _swapped(gone.layout.request, site, replace(gone.row, seats=experts))
    swap = Swap(lost=site, to=site)
    return _tried(gone, request, swap, (members, seats, picked, lost), reasons)


def stands_in(gone: Gone, reasons: list[Reason]) -> Found | None:
    """Another site of the same city for everybody of the lost one: the one with most room, or, where guest sites are
    drawn by lot, the one that chance names among all that fit."""
    members = gone.seen.at(gone.site)
    if _came(gone, members, reasons):
        return None
    known = len(reasons)
    tried = {each.swap.to: each for each in _all_that_fit(gone, members, reasons)}
    if not tried:
        if len(reasons) == known:
            name = city(gone.row.region)
            reasons.append(_reason(L7, Words(f"市（{name}）没有其他场所", f"no other site in city {name}")))
        return None
    fit = tuple(sorted(tried))
    by_lot = guests_drawn.id in _numbers(gone.dossier, gone.layout.request) and not gone.row.host
    to = fallen_site(gone.dossier.state, gone.site, fit) if by_lot else max(fit, key=lambda s: _room(gone, s))
    found = tried[to]
    swap = replace(found.swap, fit=fit)
    rest = tuple(each for each in found.layout.swaps if each.lost != gone.site)
    return replace(found, swap=swap, layout=replace(found.layout, swaps=(*rest, swap)))


def _came(gone: Gone, members: Sequence[Member], reasons: list[Reason]) -> bool:
    """Whether somebody has checked in there already: such a member is not sent elsewhere."""
    came = sum(bool(gone.seen.sitting[who].key) for who in members)
    if came:
        says = Words(f"已有 {came} 人签到入座", f"{came} have checked in there already")
        if all(each.rule != CAME for each in reasons):
            reasons.append(_reason(CAME, says))
    return came > 0


def _all_that_fit(gone: Gone, members: Sequence[Member], reasons: list[Reason]) -> Iterator[Found]:
    home, seen = gone.row.region, gone.seen
    old = [seat for seat in seen.held if seat[0] == gone.site]
    names = [
        s.site for s in sites_known(gone.session) if city(s.region) == city(home) and s.site != gone.site
    ]
    for row in sites_of(gone.session, names):
        to = SiteId(row.id)
        if to in seen.lost_sites():
            continue
        if not is_open(row, gone.dossier.state.starts, gone.dossier.state.ends):
            reasons.append(
                _reason(L7, Words(f"场所 {row.name} 届时不开放", f"site {row.name} is not open then"))
            )
            continue
        picked = _picked(gone, to, old)
        seats = seen.idle(to) | dict(picked)
        held = _experts(gone, [own for _, own in picked])
        few = len(seats) < len(members)
        if few or held is None:
            reasons.append(_few(row.name, len(seats), len(members)) if few else _unlike())
            continue
        new = SiteSeats(
            site=to,
            region=RegionCode(row.region),
            seats=held,
            host=gone.row.host,
            rooms=_layout(gone).rooms(held),
            booth=booth_of(row),
        )
        request = _swapped(gone.layout.request, gone.site, new)
        found = _tried(gone, request, Swap(lost=gone.site, to=to), (members, seats, picked, old), reasons)
        if found is not None:
            yield found


def _unlike() -> Reason:
    says = Words("招标人代表与专家的工位分配不下", "no workstation of the right kind for everybody")
    return _reason(L7, says)


def _few(site: str, left: int, wanted: int) -> Reason:
    zh = f"场所 {site} 空余 {left} 席，需 {wanted} 席"
    en = f"site {site} has {left} seats left; {wanted} are needed"
    return _reason(L7, Words(zh, en))


def _swapped(request: Request, lost: SiteId, new: SiteSeats) -> Request:
    """The new site in the place of the lost one, its seats beside those the lot has there already."""
    there = next((site for site in request.sites if site.site == new.site != lost), None)
    if there is not None:
        new = replace(
            new,
            seats=new.seats + there.seats,
            host=new.host or there.host,
            rooms=None if new.rooms is None or there.rooms is None else new.rooms + there.rooms,
        )
    sites = [new if s.site == lost else s for s in request.sites if s.site == lost or s.site != new.site]
    return replace(request, sites=tuple(sites))


Seating = tuple[Sequence[Member], Mapping[Seat, bool], Sequence[tuple[Seat, bool]], Sequence[Seat]]


def _tried(gone: Gone, request: Request, swap: Swap, seating: Seating, reasons: list[Reason]) -> Found | None:
    """The repair with this swap, if the rules hold; else why not."""
    members, seats, picked, giving = seating
    places = _places(gone, members, seats)
    if places is None:
        reasons.append(_unlike())
        return None
    plan = {**gone.layout.plan, **{place.member: place for place in places}}
    ways = _ways(gone, request)
    against = _against(gone, request, plan, ways)
    if against:
        reasons.extend(against)
        return None
    done = Layout(
        request=request,
        plan=plan,
        swaps=(*gone.layout.swaps, swap),
        taking=(*gone.layout.taking, *picked),
        giving=(*gone.layout.giving, *giving),
        travel=tuple(dict.fromkeys((*gone.layout.travel, *ways))),
    )
    return Found(layout=done, swap=swap, members=len(members))


def _experts(gone: Gone, kept: Sequence[bool]) -> int | None:
    """How many of the workstations that stand for the site the request counts: the experts', and not those booked for
    owner representatives, though experts sit there once these gave way (C10). None: too few of theirs."""
    owners = gone.layout.request.owner_reps if gone.row.host else 0
    theirs = sum(kept) if gone.seen.owners_come else len(kept)
    return len(kept) - owners if theirs >= owners else None


def _picked(gone: Gone, site: SiteId, old: Sequence[Seat]) -> tuple[tuple[Seat, bool], ...]:
    """At most as many free workstations of a site as these old ones, in rooms as the rules ask."""
    window = gone.seen.window
    owners = sum(gone.seen.held[seat] for seat in old) if gone.seen.owners_come else 0
    seats = min(len(old), len(free(gone.session, site, *window)))
    for count in range(seats, 0, -1):
        want = Wanted(site=site, seats=count, owners=min(owners, count))
        try:
            found = spots(gone.session, want, window, _layout(gone))
        except Refused:
            continue
        return tuple(((site, spot.room, spot.workstation), spot.owner) for spot in found)
    return ()


def _room(gone: Gone, site: SiteId) -> tuple[int, str]:
    return len(free(gone.session, site, *gone.seen.window)), site


def _layout(gone: Gone) -> RoomLayout:
    return layout(_numbers(gone.dossier, gone.layout.request))


def _numbers(dossier: Dossier, request: Request) -> Numbers:
    return numbers(dossier.pack, case_of(request, Snapshot(leaves=(), controls=())))


def _places(gone: Gone, members: Sequence[Member], seats: Mapping[Seat, bool]) -> list[Place] | None:
    """A workstation for everybody by lot, so that nobody can promise a neighbour; owner representatives at theirs."""
    state = gone.dossier.state
    luck = (
        bytes.fromhex(state.rounds[-1].ticket)
        if state.rounds
        else digest("yuanping/reseat/v1", state.lot.encode())
    )
    chance = Stream(luck).derive("reseated", str(len(state.reseated)), gone.site)
    owners = [who for who in members if gone.seen.sitting[who].role is None]
    left = {kind: sorted(s for s, own in seats.items() if own is kind) for kind in (True, False)}
    if not gone.seen.owners_come:
        left = {True: [], False: sorted(seats)}
    found = []
    for who in members:
        some = left[who in owners]
        if not some:
            return None
        site, room, workstation = some.pop(chance.below(len(some)))
        found.append(Place(member=who, site=SiteId(site), room=room, workstation=workstation))
    return found


def _ways(gone: Gone, request: Request) -> tuple[Travel, ...]:
    """Travel to sites that the lot did not have before, where a rule in force reads it."""
    if near_enough.id not in _numbers(gone.dossier, request):
        return ()
    before = {site.region for site in gone.dossier.request.sites}
    new = {site.region for site in request.sites} - before
    return tuple(way for way in travel(gone.session, new) if city(way.one) == city(way.other)) if new else ()


def _against(
    gone: Gone, request: Request, plan: Mapping[Member, Place], ways: tuple[Travel, ...]
) -> list[Reason]:
    """The rules that the same panel would break at these sites; empty: none."""
    dossier, state = gone.dossier, gone.dossier.state
    snapshot = replace(dossier.snapshot, travel=(*dossier.snapshot.travel, *ways))
    case = case_of(
        request,
        snapshot,
        kept=state.experts(),
        out=state.left(),
        conflicts=dossier.conflicts,
        counts=state.seats,
    )
    force = numbers(dossier.pack, case)
    seated = replace(case, placed=_placed(gone, plan))
    try:
        refuse(seated, force)
    except Refused as no:
        return [_title(RuleId(no.code))]
    most = layout(force).room_most
    if most is not None and crowded(seated.placed, most) is not None:
        return [_title(L8)]
    if owners_apart.id in force and owners_apart.facts(seated, owners_apart.read(force[owners_apart.id])):
        return [_title(owners_apart.id)]
    case = _fresh(gone, request, case, force)
    found, full = limits(case, force), not sum(state.open_seats())
    wrong = [breach.limit for breach in broken(found, choices(request, state.experts()), full=full)]
    if wrong:
        return [reason(wrong[0].rule, [each for each in wrong if each.rule == wrong[0].rule])]
    return [] if full else _next_round(case, found)


def _fresh(gone: Gone, request: Request, case: Case, force: Numbers) -> Case:
    """With the time to other panels of the day counted to the new sites."""
    if time_between_panels.id not in force:
        return case
    gap = between.gaps(gone.office, request, force)
    return replace(case, pool=tuple(replace(e, gap=gap(e.id, e.region)) for e in case.pool))


def _next_round(case: Case, found: Sequence[Limit]) -> list[Reason]:
    """Open seats must still be possible to fill."""
    from scheduler.solve.clash import clash_of, feasible

    return [] if feasible(case, found) else list(clash_of(case, found).reasons)


def _placed(gone: Gone, plan: Mapping[Member, Place]) -> tuple[At, ...]:
    return tuple(
        At(
            expert=None if gone.seen.sitting[who].role is None else ExpertId(who),
            site=place.site,
            room=place.room,
        )
        for who, place in plan.items()
    )


def _title(rule: RuleId) -> Reason:
    known = declared(rule)
    return _reason(rule, known.title if known else Words(rule, rule))


def _reason(rule: RuleId, says: Words) -> Reason:
    known = declared(rule)
    return Reason(rule=rule, title=known.title if known else says, says=says)
