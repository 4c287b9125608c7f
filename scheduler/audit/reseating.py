"""Part of the step about seats: who was seated elsewhere is the same person, in the own city, by the same rules."""

from dataclasses import replace

from crypto.errors import Broken
from scheduler.audit.case import AuditCase, request_at, snapshot_at
from scheduler.audit.rounds import conflicts_at, numbers_of
from scheduler.events import Reseated
from scheduler.exhibits import Place, Request, Reseating, Seating
from scheduler.facts import case_of, choices
from scheduler.limits import Words
from scheduler.model import Case, SiteId, SiteSeats
from scheduler.phases import apply
from scheduler.rules import limits
from scheduler.rules.place import city, guests_drawn
from scheduler.seatplan import broken, latest
from scheduler.siting import fallen_site
from scheduler.state import State


def elsewhere(case: AuditCase) -> Words:
    """How many members were seated elsewhere; nothing where nobody was. Raises Broken.

    That the seats were lost, that a site listed as fit has room, and that none is left out rests on the register.
    """
    count = 0
    for state, entry in case.moments:
        if isinstance(entry.event, Reseated) and state is not None:
            after = apply(state, entry)
            why = case.body(entry.event.cause, Reseating)
            old, new = request_at(case, state), case.body(entry.event.request, Request)
            _sites(old, new, why)
            _ways(old, new, why)
            places = case.body(entry.event.seating, Seating).places
            _members(case, state, why, places)
            of_panel = _rules(case, after, new)
            _chance(case, state, why, of_panel)
            count += len(places)
    return Words(f"；{count} 人改坐他处", f"; {count} seated elsewhere") if count else Words("", "")


def _sites(old: Request, new: Request, why: Reseating) -> None:
    """Nothing but the lost sites differs, and one of the own city stands for each without more seats than before."""
    if replace(old, sites=new.sites) != new:
        raise Broken("seating members elsewhere changed more than the sites")
    lost = [swap.lost for swap in why.swaps]
    astray = any(swap.to in lost and swap.to != swap.lost for swap in why.swaps)
    if astray or len(set(lost)) != len(lost) or not {site.site for site in old.sites}.issuperset(lost):
        raise Broken("lost sites are doubled, none of the lot's, or stand for others")
    stood: dict[SiteId, list[SiteSeats]] = {}
    for site in old.sites:
        stood.setdefault(swapped(site.site, why), []).append(site)
    if sorted(stood) != sorted(site.site for site in new.sites):
        raise Broken("a site came that stands for none")
    for site in new.sites:
        if not _stands(site, stood[site.site], lost):
            raise Broken("a lost site is not stood in for by one of its own city, or another one was changed")


def _stands(now: SiteSeats, before: list[SiteSeats], lost: list[SiteId]) -> bool:
    """Whether the site can be what became of these: itself, itself with fewer seats, or what stands for lost ones."""
    (first, *others) = before
    if first.site == now.site and not others:
        return (
            now == (replace(first, seats=now.seats) if now.site in lost else first)
            and now.seats <= first.seats
        )
    near = all(city(each.region) == city(now.region) for each in before)
    most = sum(each.seats for each in before)
    return near and now.seats <= most and now.host == any(each.host for each in before)


def _ways(old: Request, new: Request, why: Reseating) -> None:
    """What is told of travel is about counties that came with the new sites: of others the frozen pool has told."""
    came = {site.region for site in new.sites} - {site.region for site in old.sites}
    if any(came.isdisjoint((way.one, way.other)) for way in why.travel):
        raise Broken("travel is told anew between counties of which no site is new")


def swapped(site: SiteId, why: Reseating) -> SiteId:
    """The site that stands for this one."""
    return next((swap.to for swap in why.swaps if swap.lost == site), site)


def _members(case: AuditCase, state: State, why: Reseating, places: tuple[Place, ...]) -> None:
    """Whoever moves sits on the panel, has not checked in, and goes where the lost site's members go; nobody is left
    behind at a site that is given up."""
    before = latest(case.body(digest, Seating) for digest in state.seatings())
    sitting = {m.member: m for m in state.current()}
    lost = {swap.lost for swap in why.swaps}
    for place in places:
        member, was = sitting.get(place.member), before.get(place.member)
        if member is None or was is None:
            raise Broken("somebody is seated elsewhere who does not sit on the panel")
        if member.key:
            raise Broken("a member who had checked in was seated elsewhere")
        if was.site not in lost or place.site != swapped(was.site, why):
            raise Broken("a member sits elsewhere than where the lost site's members go")
    moved = {place.member for place in places}
    for who in sitting.keys() - moved:
        if who in before and swapped(before[who].site, why) != before[who].site:
            raise Broken("a member is left behind at a lost site")


def _rules(case: AuditCase, after: State, new: Request) -> Case:
    """The rules counted anew for who sits, at the new sites: none may be broken that was not open anyway."""
    of_panel = case_of(
        new,
        snapshot_at(case, after),
        kept=after.experts(),
        out=after.left(),
        conflicts=conflicts_at(case, after),
        counts=after.seats,
    )
    sitting = choices(new, after.experts())
    found = limits(of_panel, numbers_of(case, of_panel))
    for breach in broken(found, sitting, full=not sum(after.open_seats())):
        raise Broken(f"at the new sites the panel breaks {breach.limit.rule}")
    return of_panel


def _chance(case: AuditCase, state: State, why: Reseating, of_panel: Case) -> None:
    """Where guest sites are drawn by lot, so is what stands for a lost one."""
    hosts = {site.site for site in of_panel.sites if site.host}
    for swap in why.swaps:
        if swap.to == swap.lost:
            continue
        if list(swap.fit) != sorted(set(swap.fit)) or swap.to not in swap.fit:
            raise Broken("the site that stands for a lost one is none of those that fit")
        drawn = guests_drawn.id in numbers_of(case, of_panel) and swap.to not in hosts
        if drawn and swap.to != fallen_site(state, swap.lost, swap.fit):
            raise Broken("another site stands for a lost one than the ticket says")
