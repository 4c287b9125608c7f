"""What does the supervisor see of fairness: one draw beside a shuffled one, and all draws over time?"""

from dataclasses import dataclass
from fractions import Fraction

from api.actor import Actor
from api.services import overtime
from api.services.drawing import round_limits
from api.services.office import Dossier, Office, open_case
from api.store import journal, registers
from api.views.gate import passed, shows
from crypto.stream import Stream
from scheduler.errors import Refused
from scheduler.events import LotteryFixed
from scheduler.exhibits import Elsewhere, LotteryBody
from scheduler.facts import roles
from scheduler.fairness import shuffled, spread
from scheduler.lottery import from_body, renamed
from scheduler.model import LotId, Role
from scheduler.observed import Deviation
from scheduler.phases import replay
from scheduler.sight import Datum
from scheduler.state import Phase

_DRAWS = 1000  # of the machine that shuffles


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The first round's chances, and what shuffling the list and taking the first that fits would give."""

    people: int = shows(Datum.LOTTERY)
    smallest: Fraction = shows(Datum.LOTTERY)
    largest: Fraction = shows(Datum.LOTTERY)
    gini: Fraction = shows(Datum.LOTTERY)
    bound: Fraction = shows(Datum.LOTTERY)
    draws: int = shows(Datum.LOTTERY)
    failed: int = shows(Datum.LOTTERY)
    shuffled_smallest: float = shows(Datum.LOTTERY)  # in the unluckiest class
    shuffled_error: float = shows(Datum.LOTTERY)  # its standard error
    shuffled_gini: float = shows(Datum.LOTTERY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A group with the seats it had and those expected; `named`: it stands out among so many groups."""

    group: str = shows(Datum.LOTTERY)
    observed: int = shows(Datum.LOTTERY)
    expected: float = shows(Datum.LOTTERY)
    p: float = shows(Datum.LOTTERY)
    named: bool = shows(Datum.LOTTERY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One way of counting (`by`: a word of [page.fairness]); `p` of all its groups together."""

    by: str = shows(Datum.LOTTERY)
    groups: int = shows(Datum.LOTTERY)
    observed: float = shows(Datum.LOTTERY)
    expected: float = shows(Datum.LOTTERY)
    p: float = shows(Datum.LOTTERY)
    named: bool = shows(Datum.LOTTERY)
    rows: tuple[Row, ...] = shows(Datum.LOTTERY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """All draws that may be seen; the last two tables are pairs and concentration."""

    lots: int = shows(Datum.SCHEDULE)
    rounds: int = shows(Datum.LOTTERY)
    seats: int = shows(Datum.LOTTERY)
    tables: tuple[Table, ...] = shows(Datum.LOTTERY)

    @property
    def alarms(self) -> int:
        """How much stands out."""
        return sum(table.named + sum(row.named for row in table.rows) for table in self.tables)


def compared(office: Office, actor: Actor, lot: LotId) -> Compared:
    """One draw beside a shuffled one, on the same case. Raises Refused("no_round")."""
    dossier = open_case(office, lot)
    if not dossier.state.rounds or dossier.state.phase is Phase.F0:
        raise Refused("no_round", round=1)
    fixed = dossier.state.rounds[0]
    told = dossier.body(fixed.elsewhere, Elsewhere) if fixed.elsewhere else None
    before = _before(dossier)
    case, limits = round_limits(before, told)
    lottery = renamed(from_body(dossier.body(fixed.lottery, LotteryBody).body), roles(before.request))
    ours = spread(lottery)
    theirs = shuffled(case, limits, lottery, Stream(bytes.fromhex(fixed.lottery)), draws=_DRAWS)
    view = Compared(
        people=ours.people,
        smallest=ours.smallest,
        largest=ours.largest,
        gini=ours.gini,
        bound=ours.bound,
        draws=theirs.draws,
        failed=theirs.failed,
        shuffled_smallest=theirs.smallest,
        shuffled_error=theirs.error,
        shuffled_gini=theirs.gini,
    )
    return passed(view, actor.role, dossier.state.phase)


def _before(dossier: Dossier) -> Dossier:
    """The case as it stood before its first lottery."""
    with dossier.office.db.reading() as session:
        entries = [entry for entry, _ in journal.history(session, dossier.state.lot)]
    first = next(entry.seq for entry in entries if isinstance(entry.event, LotteryFixed))
    return Dossier(office=dossier.office, state=replay(entries[:first]))


def over_time(office: Office, actor: Actor) -> Fairness:
    """All draws so far; counties and specialities by name."""
    found = overtime.over_time(office, actor)
    with office.db.reading() as session:
        names = {str(region.code): region.name for region in registers.regions(session)}
        names |= {str(each.code): each.name for each in registers.specialities(session)}
    tables = [
        Table(
            by=part.by.value,
            groups=part.groups,
            observed=part.whole.observed,
            expected=part.whole.expected,
            p=part.whole.p,
            named=part.stands_out,
            rows=tuple(_row(row, names) for row in part.rows),
        )
        for part in found.parts
    ]
    together = found.concentration
    tables.append(
        Table(
            by="concentration",
            groups=found.seats,
            observed=together.observed,
            expected=together.expected,
            p=together.p,
            named=found.concentrated,
            rows=tuple(_row(row, names) for row in found.pairs),
        )
    )
    view = Fairness(lots=found.lots, rounds=found.rounds, seats=found.seats, tables=tuple(tables))
    return passed(view, Role.SUPERVISOR, Phase.F1)


def _row(row: Deviation, names: dict[str, str]) -> Row:
    told = f"{row.group} {names.get(row.group, '')}".strip()
    return Row(group=told, observed=row.observed, expected=row.expected, p=row.p, named=row.named)
