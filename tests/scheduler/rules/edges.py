"""Where does every rule begin to bind? For each a small world that it binds and its neighbour that it lets go.

An edge is a world with one thing left open, the thing that makes it bind, and the nearest that does not. Where
the thing is a day, the two are neighbouring days. A panel is everybody in the pool.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from scheduler.alarms import Meeting
from scheduler.calendar import Calendar, Year
from scheduler.model import (
    Appearance,
    Booth,
    Case,
    Chair,
    Control,
    Job,
    Kinship,
    Parties,
    Placed,
    Relation,
    SiteSeats,
    Span,
    Standing,
    Tie,
    Travel,
)
from tests.scheduler.worlds import case, expert

NIGHT = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)  # half past midnight on the 23rd in China
DAY, BEFORE, AFTER = date(2026, 11, 23), date(2026, 11, 22), date(2026, 11, 24)
LAST, GONE = date(2023, 11, 23), date(2023, 11, 22)  # three years before the day, and a day earlier
BIDS = {"bidders": frozenset({"lead", "partner"}), "starts": NIGHT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """`world(bound)` breaks the rule, `world(free)` does not."""

    rule: str
    world: Callable[[Any], Case | list[Meeting]]  # an alarm's world is a history
    bound: Any
    free: Any
    numbers: Mapping[str, int] = field(default_factory=dict)


def one(**known: Any) -> Callable[..., Case]:
    """A world with one expert of whom the open thing is known; `known` holds the case's own facts."""
    known.setdefault("starts", NIGHT)

    def world(**of_expert: Any) -> Case:
        return case([expert("a", **of_expert)], **known)

    return world


def tied(tie: Tie, until: date | None = None, since: date | None = None, **known: Any) -> Case:
    """One expert with a tie to a consortium's second member."""
    return one(**BIDS)(relations=(Relation(tie=tie, org="partner", since=since, until=until, **known),))


def kin(tie: Tie, kinship: Kinship | None, generations: int | None = None) -> Case:
    """One expert with a relative at a bidder, so close."""
    return tied(tie, kinship=kinship, generations=generations)


def employed(org: str, **known: Any) -> Case:
    """One expert who works at `org`."""
    return one(**known)(employer=org)


def job(until: date | None, since: date | None = None, org: str = "partner", **known: Any) -> Case:
    """One expert with one job."""
    return one(**{**BIDS, **known})(jobs=(Job(org=org, since=since, until=until),))


def people(*regions: str, **known: Any) -> Case:
    """One expert of each region, all wanted."""
    pool = [expert(f"e{i}", region=region) for i, region in enumerate(regions)]
    return case(pool, [("A", len(pool))], **known)


def pair(of_first: Mapping[str, Any], of_second: Mapping[str, Any]) -> Case:
    """Two experts on one panel."""
    return case([expert("a", **of_first), expert("b", **of_second)], [("A", 2)])


def asked(*seats: tuple[str, int], owners: int = 0, **known: Any) -> Case:
    """A request without a pool."""
    return case((), seats, owner_reps=owners, **known)


def sat(*days: date, same: bool = True) -> Case:
    """One expert with other evaluations on these days."""
    return one()(past=tuple(Appearance(day=each, same_tenderee=same) for each in days))


def linked(bidder: str, owners: int = 1, since: date | None = None, until: date | None = None) -> Case:
    """A tenderee whose holding controls `sister` (in these days), and one bidder."""
    edges = (
        Control(parent="top", child="t"),
        Control(parent="top", child="sister", since=since, until=until),
    )
    known = {"tenderee": "t", "bidders": frozenset({bidder}), "controls": edges, "starts": NIGHT}
    return asked(("A", 4), owners=owners, **known)


def group(unit: str, until: date | None = None, past: bool = False) -> Case:
    """Works, or worked until a day, in a company; `sister` and the bidder have one parent."""
    edges = (Control(parent="top", child="lead"), Control(parent="top", child="sister"))
    return job(until, org=unit, controls=edges) if past else employed(unit, controls=edges, **BIDS)


def site(seats: int, rooms: int | None = None) -> tuple[SiteSeats, ...]:
    """One site in the experts' city."""
    return (SiteSeats(site="s", region="340102", seats=seats, rooms=rooms),)


def sold(until: date | None = None, since: date | None = None, **known: Any) -> Case:
    """One expert of `sister`, which had the bidder's parent in these days only."""
    edges = (
        Control(parent="top", child="lead"),
        Control(parent="top", child="sister", since=since, until=until),
    )
    return employed("sister", controls=edges, **BIDS, **known)


def above(until: date | None = None, since: date | None = None) -> Case:
    """One expert of `top`, which controlled the tenderee in these days."""
    edge = Control(parent="top", child="t", since=since, until=until)
    return employed("top", tenderee="t", controls=(edge,), starts=NIGHT)


def colleagues(count: int, experts: int, owners: int) -> Case:
    """So many of one employer among the experts of a panel with owner representatives."""
    pool = [expert(f"e{i}", employer="o" if i < count else "") for i in range(experts)]
    return case(pool, [("A", experts)], owner_reps=owners)


def fixed(at: datetime) -> Case:
    """A request whose lottery is fixed then; the Friday before the Monday is a day off."""
    year = Year(year=2026, off=(date(2026, 11, 20),))
    return asked(("A", 5), starts=NIGHT, fixed_at=at, calendar=Calendar(years=(year,)))


def placed(owner: str, expert_in: str) -> tuple[Placed, ...]:
    """An owner representative in one room, an expert in another or the same."""
    return (
        Placed(expert=None, site="s", room=owner),
        Placed(expert="a", site="s", room=expert_in),
    )


def guests(*regions: str, seats: int = 2) -> Case:
    """A host in 340101 and guest sites in these counties."""
    host = SiteSeats(site="h", region="340101", seats=1, host=True)
    others = (SiteSeats(site=f"g{i}", region=r, seats=seats) for i, r in enumerate(regions))
    return asked(("A", 5), sites=(host, *others))


TWO = {"guests": 2, "seats": 2, "most": 2}


def met(*days: date) -> list[Meeting]:
    """The same three experts, bidder and tenderee, the same one declining: on these days, DAY and the day before."""
    again = {
        "experts": frozenset("abc"),
        "declined": frozenset("d"),
        "tenderee": "t",
        "bidders": frozenset("b"),
    }
    all_days = days if len(days) > 1 else (*days, BEFORE, DAY)
    return [Meeting(lot=f"L-{i}", day=day, **again) for i, day in enumerate(all_days)]


FIRST, EARLIER = date(2026, 8, 26), date(2026, 8, 25)  # the first of the ninety days that end with DAY
BOOTH = Booth(width=150, depth=150, height=230, quiet=True, gate=True)


def way(minutes: int) -> tuple[Travel, ...]:
    """From 340101 to the site's county."""
    return (Travel(one="340101", other="340102", minutes=minutes),)


HOUR = {"minutes": 60}
YEARS = {"years": 3}
KIN = {"generations": 3}
NEAR = {"lineal": 3, "collateral": 2}
ECONOMIC = {"parts": 3, "codes": ("A06", "C03", "C0402", "C0502")}
LEGAL = {"least": 1, "codes": ("C06",)}
OFTEN = {"most": 2, "days": 7}
SIX = date(2026, 11, 17)  # the first of the seven days that end with the day

EDGES: tuple[Edge, ...] = (
    Edge(rule="S0", world=lambda n: case([expert("a")], [("A", n)]), bound=2, free=1),
    Edge(
        rule="S1",
        world=lambda same: case([expert("a")] * (2 if same else 1), [("A", 2)]),
        bound=True,
        free=False,
    ),
    # persons
    Edge(rule="E1", world=lambda yes: one()(senior=yes), bound=False, free=True, numbers={"years": 8}),
    Edge(
        rule="E1",
        world=lambda day: one()(senior=True, practising_since=day),
        bound=date(2018, 11, 24),
        free=date(2018, 11, 23),
        numbers={"years": 8},
    ),
    Edge(rule="E2", world=lambda age: one()(age=age), bound=70, free=69, numbers={"years": 70}),
    Edge(rule="E3", world=lambda day: one()(certificate_until=day), bound=BEFORE, free=DAY),
    Edge(rule="E4", world=lambda s: one()(standing=s), bound=Standing.SUSPENDED, free=Standing.GOOD),
    Edge(rule="E4", world=lambda s: one()(standing=s), bound=Standing.BANNED, free=Standing.GOOD),
    Edge(rule="E5", world=lambda day: one()(away=(Span(until=day),)), bound=DAY, free=BEFORE),
    Edge(rule="E5", world=lambda day: one()(away=(Span(since=day),)), bound=DAY, free=AFTER),
    Edge(rule="E5", world=lambda busy: one()(busy=busy), bound=True, free=False),
    Edge(rule="E6", world=lambda r: one(regions=("3402",))(region=r), bound="340101", free="340201"),
    Edge(
        rule="E7",
        world=lambda org: employed(org, parties=Parties(supervisors=("board",))),
        bound="board",
        free="other",
    ),
    Edge(
        rule="E7",
        world=lambda day: job(day, org="board", parties=Parties(supervisors=("board",))),
        bound=DAY,
        free=BEFORE,
    ),
    Edge(
        rule="E8",
        world=lambda org: employed(org, parties=Parties(agency="agency")),
        bound="agency",
        free="other",
    ),
    Edge(
        rule="E8",
        world=lambda day: job(None, day, org="agency", parties=Parties(agency="agency")),
        bound=DAY,
        free=AFTER,
    ),
    Edge(rule="E9", world=lambda org: employed(org, tenderee="t"), bound="t", free="other"),
    Edge(rule="E9", world=lambda day: job(day, org="t", tenderee="t"), bound=DAY, free=BEFORE),
    Edge(
        rule="E10", world=lambda who: one(parties=Parties(reviewers=(who,)))(), bound="a", free="nobody here"
    ),
    Edge(
        rule="E10",
        world=lambda day: job(day, org="draft", parties=Parties(drafters=("draft",))),
        bound=DAY,
        free=BEFORE,
    ),
    Edge(rule="E11", world=lambda day: one()(trained_until=day), bound=BEFORE, free=DAY),
    # recusal
    Edge(rule="R0", world=lambda who: one(recused=frozenset({who}))(), bound="a", free="nobody here"),
    Edge(rule="R0o", world=lambda org: employed(org, recused_units=("unit",)), bound="unit", free="other"),
    Edge(rule="R0o", world=lambda day: job(day, org="unit", recused_units=("unit",)), bound=DAY, free=BEFORE),
    Edge(rule="R1", world=lambda day: job(day), bound=LAST, free=GONE, numbers=YEARS),
    Edge(rule="R1", world=lambda day: job(None, day), bound=DAY, free=AFTER, numbers=YEARS),
    Edge(rule="R1", world=lambda org: employed(org, **BIDS), bound="partner", free="other", numbers=YEARS),
    Edge(rule="R2", world=lambda day: tied(Tie.DIRECTOR, day), bound=LAST, free=GONE, numbers=YEARS),
    Edge(rule="R2", world=tied, bound=Tie.DIRECTOR, free=Tie.INTEREST, numbers=YEARS),
    Edge(rule="R3", world=lambda day: tied(Tie.HOLDER, day), bound=LAST, free=GONE, numbers=YEARS),
    Edge(rule="R3", world=tied, bound=Tie.HOLDER, free=Tie.DIRECTOR, numbers=YEARS),
    Edge(rule="R4", world=lambda day: tied(Tie.KIN_HEAD, day), bound=DAY, free=BEFORE, numbers=KIN),
    Edge(rule="R4", world=lambda day: tied(Tie.KIN_HEAD, None, day), bound=DAY, free=AFTER, numbers=KIN),
    Edge(rule="R4", world=tied, bound=Tie.KIN_HEAD, free=Tie.KIN_OFFICER, numbers=KIN),
    *(
        Edge(
            rule="R4",
            world=lambda n, kind=kind: kin(Tie.KIN_HEAD, kind, n),
            bound=3,
            free=4,
            numbers=KIN,
        )
        for kind in (Kinship.COLLATERAL, Kinship.IN_LAW)
    ),
    Edge(
        rule="R4",
        world=lambda kind: kin(Tie.KIN_HEAD, kind, 4),
        bound=Kinship.LINEAL,
        free=Kinship.COLLATERAL,
        numbers=KIN,
    ),
    Edge(rule="R5", world=lambda day: tied(Tie.KIN_OFFICER, None, day), bound=DAY, free=AFTER, numbers=NEAR),
    Edge(rule="R5", world=lambda day: tied(Tie.KIN_OFFICER, day), bound=DAY, free=BEFORE, numbers=NEAR),
    Edge(rule="R5", world=tied, bound=Tie.KIN_HEAD, free=Tie.INTEREST, numbers=NEAR),
    *(
        Edge(
            rule="R5",
            world=lambda n, kind=kind: kin(Tie.KIN_OFFICER, kind, n),
            bound=most,
            free=most + 1,
            numbers=NEAR,
        )
        for kind, most in ((Kinship.LINEAL, 3), (Kinship.COLLATERAL, 2))
    ),
    Edge(
        rule="R5",
        world=lambda kind: kin(Tie.KIN_OFFICER, kind, 2),
        bound=Kinship.SPOUSE,
        free=Kinship.IN_LAW,
        numbers=NEAR,
    ),
    Edge(
        rule="R6",
        world=lambda org: employed(org, parties=Parties(departments=("office",))),
        bound="office",
        free="other",
    ),
    Edge(
        rule="R6",
        world=lambda day: job(day, org="office", parties=Parties(departments=("office",))),
        bound=DAY,
        free=BEFORE,
    ),
    Edge(rule="R7", world=lambda day: tied(Tie.INTEREST, day), bound=DAY, free=BEFORE),
    Edge(rule="R7", world=tied, bound=Tie.INTEREST, free=Tie.OTHER),
    Edge(rule="R8", world=lambda yes: one()(penalised=yes), bound=True, free=False),
    Edge(rule="R9", world=lambda day: tied(Tie.OTHER, None, day), bound=DAY, free=AFTER),
    Edge(rule="R9", world=tied, bound=Tie.DECLARED, free=Tie.INTEREST),
    Edge(rule="R10", world=lambda day: job(day, org="t", tenderee="t"), bound=DAY, free=BEFORE),
    Edge(
        rule="R10",
        world=lambda org: employed(org, tenderee="t", controls=(Control(parent="top", child="t"),)),
        bound="top",
        free="other",
    ),
    Edge(rule="R10", world=above, bound=DAY, free=BEFORE),
    Edge(rule="R10", world=lambda day: above(None, day), bound=DAY, free=AFTER),
    Edge(rule="R11", world=group, bound="sister", free="other", numbers=YEARS),
    Edge(
        rule="R11",
        world=lambda day: group("sister", day, past=True),
        bound=DAY,
        free=BEFORE,
        numbers=YEARS,
    ),
    Edge(rule="R11", world=sold, bound=LAST, free=GONE, numbers=YEARS),
    Edge(rule="R11", world=lambda day: sold(None, day), bound=DAY, free=AFTER, numbers=YEARS),
    Edge(rule="R11@1", world=group, bound="sister", free="other"),
    Edge(rule="R11@1", world=sold, bound=DAY, free=BEFORE),
    Edge(rule="R11@1", world=lambda day: sold(None, day), bound=DAY, free=AFTER),
    Edge(
        rule="R11p",
        world=lambda org: employed(org, parties=Parties(preliminary=("designer",))),
        bound="designer",
        free="other",
        numbers=YEARS,
    ),
    Edge(
        rule="R11p",
        world=lambda day: job(day, org="designer", parties=Parties(preliminary=("designer",))),
        bound=LAST,
        free=GONE,
        numbers=YEARS,
    ),
    Edge(
        rule="R11p",
        world=lambda day: job(None, day, org="designer", parties=Parties(preliminary=("designer",))),
        bound=DAY,
        free=AFTER,
        numbers=YEARS,
    ),
    Edge(
        rule="R11f",
        world=lambda day: group("sister", day, past=True),
        bound=LAST,
        free=GONE,
        numbers=YEARS,
    ),
    Edge(rule="R11f", world=lambda day: tied(Tie.RETIRED, day), bound=LAST, free=GONE, numbers=YEARS),
    Edge(rule="R11f", world=tied, bound=Tie.SUPPLIER, free=Tie.DIRECTOR, numbers=YEARS),
    Edge(
        rule="R12",
        world=lambda org: pair({"employer": "o"}, {"employer": org}),
        bound="o",
        free="q",
        numbers={"most": 1},
    ),
    Edge(rule="R12p", world=lambda n: colleagues(n, 4, 1), bound=2, free=1, numbers={"parts": 3}),
    Edge(rule="R12p", world=lambda n: colleagues(2, 4, n), bound=1, free=2, numbers={"parts": 3}),
    Edge(rule="R13", world=lambda h: pair({"household": "h"}, {"household": h}), bound="h", free=""),
    Edge(rule="R13k", world=lambda kin: pair({}, {"kin": (kin,)}), bound="a", free="nobody here"),
    # load
    Edge(rule="F1", world=sat, bound=DAY, free=BEFORE, numbers={"most": 1}),
    Edge(rule="F2", world=lambda day: sat(DAY, day), bound=SIX, free=date(2026, 11, 16), numbers=OFTEN),
    Edge(rule="F2c", world=sat, bound=date(2026, 11, 21), free=date(2026, 11, 20), numbers={"days": 2}),
    Edge(rule="F3", world=lambda day: sat(DAY, day), bound=SIX, free=date(2026, 11, 16), numbers=OFTEN),
    Edge(rule="F3", world=lambda same: sat(DAY, DAY, same=same), bound=True, free=False, numbers=OFTEN),
    # place
    Edge(
        rule="L3",
        world=lambda r: people("340101", r, region="340103"),
        bound="340102",
        free="340201",
        numbers={"least": 1},
    ),
    Edge(
        rule="L3p",
        world=lambda r: people("340101", "340102", r, "340201", "340202", region="340103"),
        bound="340101",
        free="340301",
        numbers={"percent": 50},
    ),
    Edge(
        rule="L4",
        world=lambda r: people("340101", r, region="340101"),
        bound="340101",
        free="340102",
        numbers={"most": 1},
    ),
    Edge(
        rule="L5",
        world=lambda r: people("340201", r),
        bound="340201",
        free="340202",
        numbers={"most": 1},
    ),
    Edge(
        rule="L5c",
        world=lambda r: people("340201", r),
        bound="340202",
        free="340301",
        numbers={"most": 1},
    ),
    Edge(rule="L6", world=lambda r: people(r, sites=site(1)), bound="340201", free="340101"),
    Edge(rule="L7", world=lambda n: people("340101", "340102", sites=site(n)), bound=1, free=2),
    Edge(
        rule="L8",
        world=lambda n: people("340101", "340102", sites=site(2, n)),
        bound=1,
        free=2,
        numbers={"most": 1},
    ),
    Edge(rule="E5t", world=lambda n: one()(gap=n), bound=59, free=60, numbers={"minutes": 60}),
    Edge(rule="E5t", world=lambda n: one()(gap=n), bound=-1, free=None, numbers={"minutes": 0}),
    Edge(
        rule="E6t",
        world=lambda n: people("340101", sites=site(1), travel=way(n)),
        bound=61,
        free=60,
        numbers=HOUR,
    ),
    Edge(
        rule="E6t",
        world=lambda r: people(r, sites=site(1), travel=way(61)),
        bound="340101",
        free="340103",
        numbers=HOUR,
    ),
    # the request as a whole
    *(
        Edge(
            rule=rule,
            world=lambda n: asked(("A", n)),
            bound=least + off,
            free=least,
            numbers={"least": least},
        )
        for rule, least in (("C1", 5), ("C5", 7), ("C6", 7), ("C7", 3))
        for off in (-2, -1, 1)
    ),
    Edge(rule="C2", world=lambda n: asked(("A", n), owners=3), bound=5, free=6, numbers={"parts": 3}),
    Edge(rule="C3", world=lambda n: asked(("A", 9), owners=n), bound=3, free=2, numbers={"most": 2}),
    Edge(
        rule="C8e",
        world=lambda code: asked(("A04", 4), (code, 1), ("C0402", 1)),
        bound="A",
        free="A0601",
        numbers=ECONOMIC,
    ),
    Edge(rule="C8l", world=lambda c: asked(("A04", 4), (c, 1)), bound="C05", free="C0604", numbers=LEGAL),
    Edge(rule="C9", world=lambda n: asked(("A", 4), owners=1, unauthorised=n), bound=1, free=0),
    Edge(
        rule="C11",
        world=lambda owner: asked(("A", 4), owners=1, chair=Chair(owner=owner, named=False)),
        bound=True,
        free=False,
        numbers={"owners": 0, "named": 1},
    ),
    Edge(
        rule="C11",
        world=lambda named: asked(("A", 4), owners=1, chair=Chair(owner=False, named=named)),
        bound=True,
        free=False,
        numbers={"owners": 1, "named": 0},
    ),
    Edge(rule="C10", world=linked, bound="sister", free="stranger"),
    Edge(rule="C10", world=lambda n: linked("t", n), bound=1, free=0),
    Edge(rule="C10", world=lambda day: linked("sister", until=day), bound=DAY, free=BEFORE),
    Edge(rule="C10", world=lambda day: linked("sister", since=day), bound=DAY, free=AFTER),
    Edge(
        rule="D3w",
        world=fixed,
        bound=datetime(2026, 11, 17, 15, 59, tzinfo=UTC),
        free=datetime(2026, 11, 17, 16, 0, tzinfo=UTC),
        numbers={"days": 2},
    ),
    Edge(
        rule="L1", world=lambda n: asked(("A", 5), sites=site(1) * n), bound=1, free=2, numbers={"least": 2}
    ),
    Edge(
        rule="L1m", world=lambda n: asked(("A", 5), sites=site(1) * n), bound=3, free=2, numbers={"most": 2}
    ),
    Edge(
        rule="L2", world=lambda n: guests(*("340201", "340301", "340401")[:n]), bound=1, free=2, numbers=TWO
    ),
    Edge(
        rule="L2", world=lambda n: guests(*("340201", "340301", "340401")[:n]), bound=3, free=2, numbers=TWO
    ),
    Edge(rule="L2", world=lambda r: guests("340201", r), bound="340102", free="340301", numbers=TWO),
    Edge(rule="L2", world=lambda n: guests("340201", "340301", seats=n), bound=1, free=2, numbers=TWO),
    *(
        Edge(
            rule="L9",
            world=lambda booth: asked(("A", 5), sites=(replace(site(1)[0], booth=booth),)),
            bound=bound,
            free=BOOTH,
            numbers={"width": 150, "depth": 150, "height": 230, "quiet": 1, "gate": 1},
        )
        for bound in (
            None,
            replace(BOOTH, width=149),
            replace(BOOTH, depth=149),
            replace(BOOTH, height=229),
            replace(BOOTH, quiet=False),
            replace(BOOTH, gate=False),
        )
    ),
    Edge(rule="L10", world=lambda room: asked(("A", 5), placed=placed("1", room)), bound="1", free="2"),
    # across lots
    *(
        Edge(rule=rule, world=met, bound=FIRST, free=EARLIER, numbers={"most": 2, "days": 90})
        for rule in ("F3b", "F3t", "F4", "F4t", "F5")
    ),
    *(
        Edge(rule=rule, world=lambda n: met(*(DAY,) * n), bound=3, free=2, numbers={"most": 2, "days": 90})
        for rule in ("F3b", "F3t", "F4", "F4t", "F5")
    ),
    Edge(
        rule="D8",
        world=lambda n: case([expert(f"e{i}") for i in range(n)], [("A", 2)]),
        bound=5,
        free=6,
        numbers={"least": 3},
    ),
)
