"""Every rule a second time, in the dullest Python: `broken` counts heads on a panel and shares no code."""

from collections import Counter
from datetime import timedelta
from itertools import product


def broken(case, numbers, choices):
    """The ids of all rules that this panel (kept members included) breaks."""
    people = {expert.id: expert for expert in case.pool}
    sitting = [people[choice.expert] for choice in choices]
    return {
        name
        for name, statement in STATEMENTS.items()
        if name in numbers and statement(case, numbers[name], choices, sitting)
    }


def day(case):
    """The Chinese calendar day."""
    return None if case.starts is None else (case.starts + timedelta(hours=8)).date()


def s0(case, n, choices, sitting):
    """Some seat is asked for more or less often than it is taken."""
    asked = Counter()
    for seats in case.seats:
        asked[seats.speciality] += seats.count
    taken = Counter(choice.speciality for choice in choices)
    return any(taken[code] != count for code, count in asked.items())


def s1(case, n, choices, sitting):
    """Somebody sits twice."""
    return max(Counter(choice.expert for choice in choices).values(), default=0) > 1


def e2(case, n, choices, sitting):
    """Somebody is too old."""
    return any(e.age is not None and not e.age < n["years"] for e in sitting)


def e3(case, n, choices, sitting):
    """Somebody's certificate ended before the day."""
    return any(
        case.starts is not None and e.certificate_until is not None and day(case) > e.certificate_until
        for e in sitting
    )


def e4(case, n, choices, sitting):
    """Somebody is suspended or banned."""
    return any(str(e.standing) != "good" for e in sitting)


def e5(case, n, choices, sitting):
    """Somebody is on another panel or on leave."""
    for e in sitting:
        if e.busy:
            return True
        for span in e.away:
            if case.starts is None:
                continue
            begun = span.since is None or not day(case) < span.since
            over = span.until is not None and day(case) > span.until
            if begun and not over:
                return True
    return False


def r0(case, n, choices, sitting):
    """Somebody is recused."""
    return any(e.id in case.recused for e in sitting)


def r1(case, n, choices, sitting):
    """Somebody works or worked for a bidder in the last years."""
    for e in sitting:
        if e.employer and e.employer in case.bidders:
            return True
        for job in e.jobs:
            if job.org not in case.bidders or case.starts is None:
                continue
            today = day(case)
            if job.since is not None and job.since > today:
                continue
            if job.until is None:
                return True
            left = (job.until.year + n["years"], job.until.month, job.until.day)
            last = today.day if (today.month, today.day) != (2, 29) or n["years"] % 4 == 0 else 28
            if left >= (today.year, today.month, last):
                return True
    return False


def now_at(case, e):
    """Names of all units somebody works for on the day."""
    names = [e.employer] if e.employer else []
    for job in e.jobs:
        if case.starts is None:
            if job.until is None:
                names.append(job.org)
        elif (job.since is None or job.since <= day(case)) and (job.until is None or job.until >= day(case)):
            names.append(job.org)
    return names


def r10(case, n, choices, sitting):
    """Somebody works for the tenderee or for one who controls it."""
    return case.tenderee != "" and any(
        unit in above(case, case.tenderee) for e in sitting for unit in now_at(case, e)
    )


def above(case, org, years=None):
    """The organisation and everyone who controls it on the day, or with `years` did so in the years before."""
    found = [org]
    for known in found:
        for c in case.controls:
            if c.child == known and c.parent not in found and held_sway(case, c, years):
                found.append(c.parent)
    return set(found)


def held_sway(case, control, years):
    """Whether control lasts on the day, or did in the years before it."""
    if case.starts is None:
        return control.until is None
    if years is not None:
        return recent(case, control, years)
    began = control.since is None or not control.since > day(case)
    return began and (control.until is None or not control.until < day(case))


def r11_1(case, n, choices, sitting):
    """Version 1: somebody works for a company that shares a controller with a bidder on the day."""
    return in_a_group(case, sitting, None)


def r11(case, n, choices, sitting):
    """Somebody works for a company that shares, or lately shared, a controller with a bidder."""
    return in_a_group(case, sitting, n["years"])


def in_a_group(case, sitting, years):
    """Somebody works for a company that belongs with a bidder and is none."""
    for e in sitting:
        for unit in now_at(case, e):
            for bidder in case.bidders:
                if unit not in case.bidders and above(case, unit, years) & above(case, bidder, years):
                    return True
    return False


def r11p(case, n, choices, sitting):
    """Somebody works or lately worked for who did preliminary work on the project."""
    named = [org for org in case.parties.preliminary if org != ""]
    for e in sitting:
        if e.employer in named:
            return True
        for job in e.jobs:
            if case.starts is not None and job.org in named and recent(case, job, n["years"]):
                return True
    return False


def r12p(case, n, choices, sitting):
    """Colleagues are more than their part of the whole panel."""
    names = Counter(e.employer for e in sitting)
    return any(count * n["parts"] > whole(case) for name, count in names.items() if name)


def too_many(names, most):
    """Some non-empty name stands more than `most` times."""
    return any(count > most for name, count in Counter(names).items() if name)


def r12(case, n, choices, sitting):
    """Too many colleagues."""
    return too_many([e.employer for e in sitting], n["most"])


def r13(case, n, choices, sitting):
    """Two of one household."""
    return too_many([e.household for e in sitting], 1)


def l3(case, n, choices, sitting):
    """Too few from other cities."""
    return len([e for e in sitting if e.region[0:4] != case.region[0:4]]) < n["least"]


def l4(case, n, choices, sitting):
    """Too many from the lot's county."""
    return [e.region for e in sitting].count(case.region) > n["most"]


def l5(case, n, choices, sitting):
    """Too many of one county."""
    return too_many([e.region for e in sitting], n["most"])


def l5c(case, n, choices, sitting):
    """Too many of one city."""
    return too_many([e.region[0:4] for e in sitting], n["most"])


def l6(case, n, choices, sitting):
    """Somebody's city has no workstation for this lot."""
    if len(case.sites) == 0:
        return False
    return any(all(s.region[0:4] != e.region[0:4] or s.seats == 0 for s in case.sites) for e in sitting)


def l7(case, n, choices, sitting):
    """More people in a city than workstations held there."""
    for city, count in Counter(e.region[0:4] for e in sitting).items():
        held = sum(s.seats for s in case.sites if s.region[0:4] == city)
        if held > 0 and count > held:
            return True
    return False


def e1(case, n, choices, sitting):
    """Somebody has no senior title, or fewer than so many years in the field."""
    for e in sitting:
        if e.senior is False:
            return True
        if e.practising_since is not None and case.starts is not None:
            whole = day(case).year - e.practising_since.year
            if (day(case).month, day(case).day) < (e.practising_since.month, e.practising_since.day):
                whole -= 1
            if whole < n["years"]:
                return True
    return False


def e6(case, n, choices, sitting):
    """Somebody is from a county nobody asked for."""
    return len(case.regions) > 0 and not all(
        any(e.region[: len(asked)] == asked for asked in case.regions) for e in sitting
    )


def staff(case, sitting, offices):
    """Somebody works for one of these offices."""
    return any(office != "" and office in now_at(case, e) for e in sitting for office in offices)


def e7(case, n, choices, sitting):
    """Somebody is of the supervising authority."""
    return staff(case, sitting, case.parties.supervisors)


def e8(case, n, choices, sitting):
    """Somebody is of the agency."""
    return staff(case, sitting, [case.parties.agency])


def e9(case, n, choices, sitting):
    """Somebody is of the purchaser."""
    return staff(case, sitting, [case.tenderee])


def e10(case, n, choices, sitting):
    """Somebody knew the documents, in person or through the unit."""
    return staff(case, sitting, case.parties.drafters) or any(e.id in case.parties.reviewers for e in sitting)


def e11(case, n, choices, sitting):
    """Somebody's training ended before the day."""
    return any(
        case.starts is not None and e.trained_until is not None and day(case) > e.trained_until
        for e in sitting
    )


def r0o(case, n, choices, sitting):
    """Somebody works for a unit on the list."""
    return staff(case, sitting, case.recused_units)


def recent(case, held, years):
    """A job or tie began by the day and its last day plus so many years reaches the day."""
    today = day(case)
    if held.since is not None and held.since > today:
        return False
    if held.until is None:
        return True
    last = today.day if (today.month, today.day) != (2, 29) or years % 4 == 0 else 28
    return (held.until.year + years, held.until.month, held.until.day) >= (today.year, today.month, last)


def tied_lately(case, n, sitting, tie):
    """Somebody had this tie to a bidder in the last years."""
    return case.starts is not None and any(
        held.org in case.bidders and held.tie == tie and recent(case, held, n["years"])
        for e in sitting
        for held in e.relations
    )


def tied_now(case, sitting, ties, near=lambda held: True):
    """Somebody has one of these ties to a bidder on the day, near enough."""
    for e in sitting:
        for held in e.relations:
            if held.tie not in ties or held.org not in case.bidders or not near(held):
                continue
            if case.starts is None:
                if held.until is None:
                    return True
            elif not (held.since and held.since > day(case)) and not (held.until and held.until < day(case)):
                return True
    return False


def r2(case, n, choices, sitting):
    """Somebody was on a bidder's board."""
    return tied_lately(case, n, sitting, "director")


def r3(case, n, choices, sitting):
    """Somebody controlled a bidder."""
    return tied_lately(case, n, sitting, "holder")


def r4(case, n, choices, sitting):
    """Somebody is kin to a bidder's head: spouse, straight line, or close enough beside it or by marriage."""

    def near(held):
        if held.kinship in (None, "spouse", "lineal") or held.generations is None:
            return True
        return held.generations <= n["generations"]

    return tied_now(case, sitting, ["kin_head"], near)


def r5(case, n, choices, sitting):
    """Somebody is a near relative of a bidder's main people; marriage to their kin is not near."""

    def near(held):
        if held.kinship in (None, "spouse"):
            return True
        if held.kinship == "in_law":
            return False
        return held.generations is None or held.generations <= n[str(held.kinship)]

    return tied_now(case, sitting, ["kin_head", "kin_officer"], near)


def r6(case, n, choices, sitting):
    """Somebody is of the department or of the supervising authority."""
    return staff(case, sitting, list(case.parties.departments) + list(case.parties.supervisors))


def r7(case, n, choices, sitting):
    """Somebody has an interest in a bidder."""
    return tied_now(case, sitting, ["interest"])


def r8(case, n, choices, sitting):
    """Somebody was punished."""
    return any(e.penalised for e in sitting)


def r9(case, n, choices, sitting):
    """Somebody has another tie to a bidder."""
    return tied_now(case, sitting, ["other", "declared"])


def akin(case, one, other, years=None):
    """Two organisations share somebody above them, or one is above the other."""
    return len(above(case, one, years) & above(case, other, years)) > 0


def r11f(case, n, choices, sitting):
    """Somebody lately worked in a bidder's group, or retired from or served a bidder or its group."""
    if case.starts is None:
        return False
    for e in sitting:
        for job in e.jobs:
            if job.org in case.bidders or not recent(case, job, n["years"]):
                continue
            if any(akin(case, job.org, bidder, n["years"]) for bidder in case.bidders):
                return True
        for held in e.relations:
            other = held.tie not in ("retired", "supplier") or not recent(case, held, n["years"])
            if not other and any(akin(case, held.org, bidder, n["years"]) for bidder in case.bidders):
                return True
    return False


def r13k(case, n, choices, sitting):
    """A pair of relatives holds two seats between them."""
    names = [e.id for e in sitting]
    pairs = [(a.id, b.id) for a in case.pool for b in case.pool if b.id in a.kin and a.id != b.id]
    return any(names.count(a) + names.count(b) > 1 for a, b in pairs)


def f1(case, n, choices, sitting):
    """Somebody would sit too often on this day."""
    return case.starts is not None and any(
        len([p for p in e.past if p.day == day(case)]) + 1 > n["most"] for e in sitting
    )


def lately(case, past, days):
    """On this day or one of the days - 1 before it."""
    return any(past.day == day(case) - timedelta(days=back) for back in range(days))


def f2(case, n, choices, sitting):
    """Somebody would sit too often in the period."""
    return case.starts is not None and any(
        len([p for p in e.past if lately(case, p, n["days"])]) + 1 > n["most"] for e in sitting
    )


def f2c(case, n, choices, sitting):
    """Somebody has not rested so many whole days."""
    return case.starts is not None and any(
        day(case) - timedelta(days=back) == p.day
        for e in sitting
        for p in e.past
        for back in range(1, n["days"] + 1)
    )


def f3(case, n, choices, sitting):
    """Somebody would sit for this tenderee too often in the period."""
    return case.starts is not None and any(
        len([p for p in e.past if p.same_tenderee and lately(case, p, n["days"])]) + 1 > n["most"]
        for e in sitting
    )


def l3p(case, n, choices, sitting):
    """Fewer than this share of the experts asked for are from other cities."""
    off = len([e for e in sitting if e.region[0:4] != case.region[0:4]])
    return off * 100 < sum(seats.count for seats in case.seats) * n["percent"]


def l8(case, n, choices, sitting):
    """More people in a city than its rooms may hold."""
    for city, count in Counter(e.region[0:4] for e in sitting).items():
        counted = [s for s in case.sites if s.region[0:4] == city and s.seats > 0 and s.rooms is not None]
        if counted and count > sum(s.rooms for s in counted) * n["most"]:
            return True
    return False


def whole(case):
    """Everybody on the panel."""
    return case.owner_reps + sum(seats.count for seats in case.seats)


def too_small_or_even(case, n):
    """Even, or fewer than the least."""
    return whole(case) % 2 == 0 or whole(case) < n["least"]


def c2(case, n):
    """Owners are more than their part."""
    return case.owner_reps > whole(case) / n["parts"]


def c3(case, n):
    """Too many owners."""
    return case.owner_reps > n["most"]


def seats_of(case, *codes):
    """Seats whose speciality lies under one of the codes."""
    return sum(s.count for s in case.seats if any(s.speciality[: len(c)] == c for c in codes))


def c8e(case, n):
    """Too few economic experts."""
    economic = seats_of(case, *n["codes"])
    return economic < sum(seats.count for seats in case.seats) / n["parts"]


def c8l(case, n):
    """Too few lawyers."""
    return seats_of(case, *n["codes"]) < n["least"]


def c10(case, n):
    """Owners sit although a bidder and the tenderee belong together."""
    linked = case.tenderee != "" and any(
        bidder == case.tenderee or akin(case, bidder, case.tenderee) for bidder in case.bidders
    )
    return case.owner_reps > 0 and linked


def d3w(case, n):
    """Fixed before the n-th working day that goes before the day of the evaluation."""
    if case.starts is None or case.fixed_at is None:
        return False
    fixed, left, each = (case.fixed_at + timedelta(hours=8)).date(), n["days"], day(case)
    while left > 0:
        each = each - timedelta(days=1)
        announced = [year for year in case.calendar.years if each in year.off or each in year.worked]
        if (announced and each in announced[-1].worked) or (not announced and each.isoweekday() < 6):
            left = left - 1
    return fixed < each


def c9(case, n):
    """Somebody wants to sit for the tenderee and has no letter."""
    return case.unauthorised > 0


def c11(case, n):
    """Somebody of the tenderee's chairs, or the tenderee says who does, and the pack does not let it."""
    if case.chair is None:
        return False
    return (case.chair.owner and n["owners"] == 0) or (case.chair.named and n["named"] == 0)


def l1(case, n):
    """Too few sites."""
    return len(case.sites) < n["least"]


def l1m(case, n):
    """Too many sites."""
    return len(case.sites) > n["most"]


def e5t(case, n, choices, sitting):
    """Somebody has less time than that to another panel."""
    return any(e.gap is not None and not e.gap >= n["minutes"] for e in sitting)


def e6t(case, n, choices, sitting):
    """Somebody's way to a site in the own city is known and too long."""
    for e in sitting:
        for site in case.sites:
            if site.seats == 0 or site.region[0:4] != e.region[0:4]:
                continue
            for way in case.travel:
                ends = [way.one, way.other]
                if ends in ([e.region, site.region], [site.region, e.region]) and way.minutes > n["minutes"]:
                    return True
    return False


def l2(case, n):
    """Too few or too many guests, or one at home or with too few seats."""
    hosts = [s for s in case.sites if s.host]
    home = (hosts[0].region if hosts else case.region)[0:4]
    guests = [s for s in case.sites if not s.host]
    if len(guests) < n["guests"] or (len(guests) > n["most"] and len(guests) > n["guests"]):
        return True
    return any(s.region[0:4] == home or s.seats < n["seats"] for s in guests)


def l9(case, n):
    """Some site's workstations are open, or in booths too small or without what they must have."""
    for site in case.sites:
        booth = site.booth
        if booth is None:
            return True
        if booth.width < n["width"] or booth.depth < n["depth"] or booth.height < n["height"]:
            return True
        if (n["quiet"] == 1 and not booth.quiet) or (n["gate"] == 1 and not booth.gate):
            return True
    return False


def l10(case, n):
    """Some room has both kinds of people."""
    for one in case.placed:
        for other in case.placed:
            apart = one.site != other.site or one.room != other.room
            if one.expert is None and other.expert is not None and not apart:
                return True
    return False


def d8(case, n):
    """Some code has fewer people than so many for each of its seats."""
    for code in {seats.speciality for seats in case.seats}:
        asked = sum(seats.count for seats in case.seats if seats.speciality == code)
        able = [e for e in case.pool if any(own[: len(code)] == code for own in e.specialities)]
        if len(able) < asked * n["least"]:
            return True
    return False


REQUESTS = {  # guards and notices: what is wrong with the request as a whole
    "C1": too_small_or_even,
    "C2": c2,
    "C3": c3,
    "C5": too_small_or_even,
    "C6": too_small_or_even,
    "C7": too_small_or_even,
    "C8e": c8e,
    "C8l": c8l,
    "C9": c9,
    "C10": c10,
    "D3w": d3w,
    "C11": c11,
    "L1": l1,
    "L1m": l1m,
    "L2": l2,
    "L9": l9,
    "L10": l10,
    "D8": d8,
}
STATEMENTS = {
    "S0": s0,
    "S1": s1,
    "E2": e2,
    "E3": e3,
    "E4": e4,
    "E5": e5,
    "R0": r0,
    "R1": r1,
    "R10": r10,
    "R11": r11,
    "R11@1": r11_1,
    "R11p": r11p,
    "R12": r12,
    "R12p": r12p,
    "R13": r13,
    "L3": l3,
    "L4": l4,
    "L5": l5,
    "L5c": l5c,
    "L6": l6,
    "L7": l7,
    "E1": e1,
    "E6": e6,
    "E7": e7,
    "E8": e8,
    "E9": e9,
    "E10": e10,
    "E11": e11,
    "R0o": r0o,
    "R2": r2,
    "R3": r3,
    "R4": r4,
    "R5": r5,
    "R6": r6,
    "R7": r7,
    "R8": r8,
    "R9": r9,
    "R11f": r11f,
    "R13k": r13k,
    "F1": f1,
    "F2": f2,
    "F2c": f2c,
    "F3": f3,
    "L3p": l3p,
    "L8": l8,
    "E5t": e5t,
    "E6t": e6t,
}


def often(meetings, n, alike):
    """In some stretch of days these things were alike in too many lots; `alike` lists a lot's things."""
    for last in meetings:
        near = [m for m in meetings if 0 <= (last.day - m.day).days < n["days"]]
        things = [thing for m in near for thing in set(alike(m))]
        if things and max(Counter(things).values()) > n["most"]:
            return True
    return False


def together(m, size):
    """All groups of so many who sat on one panel."""
    return [g for g in product(sorted(m.experts), repeat=size) if list(g) == sorted(set(g))]


ALARMS = {  # what comes too often across lots
    "F3b": lambda ms, n: often(ms, n, lambda m: [(e, b) for e in m.experts for b in m.bidders]),
    "F3t": lambda ms, n: often(ms, n, lambda m: [(e, m.tenderee) for e in m.experts if m.tenderee != ""]),
    "F4": lambda ms, n: often(ms, n, lambda m: together(m, 2)),
    "F4t": lambda ms, n: often(ms, n, lambda m: together(m, 3)),
    "F5": lambda ms, n: often(ms, n, lambda m: list(m.declined)),
}
