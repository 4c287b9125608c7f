"""Every rule a second time, in the dullest Python: `broken` counts heads on a panel and shares no code."""

from collections import Counter
from datetime import timedelta


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
    """Somebody works for the tenderee."""
    return any(case.tenderee and case.tenderee in now_at(case, e) for e in sitting)


def above(case, org):
    """The organisation and everyone who controls it."""
    found = [org]
    for known in found:
        found += [c.parent for c in case.controls if c.child == known and c.parent not in found]
    return set(found)


def r11(case, n, choices, sitting):
    """Somebody works for a company that shares a controller with a bidder."""
    for e in sitting:
        for unit in now_at(case, e):
            for bidder in case.bidders:
                if unit not in case.bidders and above(case, unit) & above(case, bidder):
                    return True
    return False


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
    "R12": r12,
    "R13": r13,
    "L3": l3,
    "L4": l4,
    "L5": l5,
    "L5c": l5c,
    "L6": l6,
    "L7": l7,
}
