"""What every verb needs, and the one way it reads a case and writes it down: load, decide, apply, record."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session, select

from api.actor import Actor
from api.clock import stopwatch
from api.keyring import Keyring
from api.pool.house import PoolHouse, Question
from api.pool.letters import FarHouse
from api.pool.local import LocalPool
from api.store import journal
from api.store.db import Database
from api.store.journal import ExhibitRow
from api.store.vault import hide, reread
from scheduler.errors import Refused
from scheduler.events import Custodian, Digest, Event, Member
from scheduler.exhibits import (
    Body,
    Conflicts,
    Exhibit,
    Place,
    Request,
    Reseating,
    RulesInForce,
    Seating,
    Siting,
    Snapshot,
)
from scheduler.model import LotId, OrgTag, Role
from scheduler.packshape import Pack
from scheduler.phases import apply
from scheduler.record import entry, exhibit
from scheduler.seatplan import latest, travelled
from scheduler.siting import drawn_of
from scheduler.state import Entry, State

B = TypeVar("B", bound=Body)
Rows = Callable[[Session], None]
Beside = Callable[[Session, State], None]  # with the state that is recorded
_BEAT = 0.03  # seconds


class Bell:
    """Rings in this process when there may be something new for the custodians' agents."""

    def __init__(self) -> None:
        self._turn, self.rung, self._over = threading.Condition(), 0, False

    def ring(self) -> None:
        """Wake whoever waits."""
        with self._turn:
            self.rung += 1
            self._turn.notify_all()

    def close(self) -> None:
        """Nobody waits any more, now or later: this process is about to stop answering."""
        with self._turn:
            self._over = True
            self._turn.notify_all()

    def wait(self, rung: int, seconds: float) -> bool:
        """Whether it has rung since it was at `rung`, or does within so many seconds."""
        with self._turn:
            self._turn.wait_for(lambda: self._over or self.rung != rung, seconds)
            return self.rung != rung and not self._over


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The installation as a verb sees it; time and entropy come in from outside."""

    db: Database
    keys: Keyring = field(repr=False)
    pack: Pack
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes] = field(repr=False)
    threads: int = 1
    patience: float = 0.0  # seconds a verb waits for custodians' agents before it says: come again
    bell: Bell = field(default_factory=Bell, repr=False, compare=False)
    pulses: Callable[[int], bytes | None] | None = None  # fetches a pulse; None: somebody brings it in a file
    far: FarHouse | None = None  # the pool owner's own process; None: the register lies in our database

    @property
    def pool(self) -> PoolHouse:
        """The pool owner, wherever the register lies."""
        return self.far or self.local_pool

    @property
    def local_pool(self) -> LocalPool:
        """The register in our own database."""
        return LocalPool(db=self.db, key=self.keys.pool, personal=self.keys.personal, entropy=self.entropy)

    def mark(self, lot: LotId, person: str) -> Member:
        """The pseudonym in this lot of an expert (register number) or owner representative (login)."""
        (member,) = self.pool.marks([Question(lot=lot, person=person)])
        return member

    def me(self, actor: Actor, lot: LotId) -> Member:
        """The actor's own pseudonym in a lot. Raises Refused("not_found") for another lot than the pass says."""
        if not actor.member:
            return self.mark(lot, actor.expert if actor.role is Role.EXPERT else actor.id)
        if actor.lot != lot:
            raise Refused("not_found")
        return actor.member

    def tags(self, lot: LotId, codes: Iterable[str]) -> Mapping[str, OrgTag]:
        """Organisation code → its tag in this lot; the empty code stays empty."""
        known = tuple(dict.fromkeys(codes))
        return dict(zip(known, self.pool.tags(lot, known), strict=True))

    @property
    def holders(self) -> tuple[Custodian, ...]:
        """The custodians whom the rule pack names: they and nobody else hold the keys of new cases."""
        named = {role.value for role in self.pack.custody.holders}
        return tuple(each for each in self.keys.known if each.name in named)

    def exhibit(self, name: str, body: Body) -> Exhibit:
        """A body with a fresh salt and its digest."""
        return exhibit(name, body, self.entropy(32))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A case as read: its state and the bodies behind its digests."""

    office: Office
    state: State
    _seen: dict[Digest, Body] = field(default_factory=dict, repr=False, compare=False)

    def body(self, digest: Digest | None, shape: type[B]) -> B:
        """The exhibit behind a digest. Raises Refused("exhibit_missing")."""
        if digest is None:
            raise Refused("exhibit_missing")
        if digest not in self._seen:
            self._seen[digest] = fetch(self.office, self.state.lot, digest).body
        found = self._seen[digest]
        if not isinstance(found, shape):
            raise Refused("exhibit_missing")
        return found

    @property
    def request(self) -> Request:
        """What was booked; where guest sites are drawn, with the drawn ones from then on; and with the sites that
        stand for lost ones."""
        booked, sites = self.body(self.state.request, Request), self.state.sites
        if sites is None or sites.drawn is None or self.state.reseated:
            return booked
        return drawn_of(booked, sites, self.body(sites.choices, Siting))

    @property
    def rules(self) -> RulesInForce:
        """What rules this lot goes by: those of its booking."""
        return self.body(self.state.pack, RulesInForce)

    @property
    def pack(self) -> Pack:
        """The rule pack as it stood at the booking; a newer one rules newer lots."""
        return self.rules.pack

    @property
    def ruled(self) -> Office:
        """The office under the rules of this case's booking, whatever pack is in force today."""
        return replace(self.office, pack=self.pack)

    @property
    def snapshot(self) -> Snapshot:
        """The frozen pool, with the ways to sites that came later."""
        causes = [self.body(digest, Reseating) for digest in self.state.causes]
        return travelled(self.body(self.state.pool_exhibit, Snapshot), causes)

    @property
    def seatplan(self) -> dict[Member, Place]:
        """Where everybody sits or last sat."""
        return latest(self.body(digest, Seating) for digest in self.state.seatings())

    @property
    def conflicts(self) -> Conflicts | None:
        """Tags of the bidders; None before the opening."""
        return self.body(self.state.conflicts, Conflicts) if self.state.conflicts else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """An event with who does it."""

    event: Event
    role: Role
    actor: str = ""


def by(actor: Actor, event: Event, name: str | None = None) -> Deed:
    """`actor` does it; `name` is the pseudonym of an expert or owner representative."""
    return Deed(event=event, role=actor.role, actor=actor.id if name is None else name)


def by_system(event: Event) -> Deed:
    """A due deadline or a consequence of the deed before it."""
    return Deed(event=event, role=Role.SYSTEM)


def by_custodians(event: Event) -> Deed:
    """The custodians' releases are inside the event."""
    return Deed(event=event, role=Role.CUSTODIAN, actor="custodians")


def open_case(office: Office, lot: LotId) -> Dossier:
    """Load: the state by replay. Raises Refused("unknown_lot")."""
    with office.db.reading() as session:
        return Dossier(office=office, state=journal.state_of(session, lot))


def fetch(office: Office, lot: LotId, digest: Digest) -> Exhibit:
    """One exhibit, read back strictly. Raises Refused("exhibit_missing")."""
    with office.db.reading() as session:
        row = session.exec(
            select(ExhibitRow).where(ExhibitRow.lot == lot, ExhibitRow.digest == digest)
        ).first()
    if row is None:
        raise Refused("exhibit_missing", digest=digest)
    return reread(office.keys.data, lot, digest, row.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What is to be recorded of one case: deeds on a state as read, exhibits, and rows of the same moment."""

    lot: LotId
    state: State | None
    deeds: Sequence[Deed]
    exhibits: Sequence[Exhibit] = ()
    rows: Rows | None = None
    beside: Beside | None = None


def record(
    office: Office,
    lot: LotId,
    state: State | None,
    deeds: Sequence[Deed],
    *,
    exhibits: Iterable[Exhibit] = (),
    rows: Rows | None = None,
    beside: Beside | None = None,
) -> State:
    """Apply and record in one transaction: all deeds or none. Raises Refused, also when another was quicker.

    `rows` writes what belongs to the same moment, such as seat holds; `beside` what other lots are to know of it.
    """
    filing = Filing(lot=lot, state=state, deeds=deeds, exhibits=tuple(exhibits), rows=rows, beside=beside)
    return record_all(office, (filing,))[0]


def record_all(office: Office, filings: Sequence[Filing], *, first: Rows | None = None) -> tuple[State, ...]:
    """Several cases in one transaction: all or none; `first` writes before them."""
    applied = [_applied(office, each.lot, each.state, each.deeds) for each in filings]
    with office.db.transaction() as session:
        if first is not None:
            first(session)
        for filing, (entries, after) in zip(filings, applied, strict=True):
            _file(office, session, filing, entries, after)
    return tuple(after for _, after in applied)


def _file(office: Office, session: Session, filing: Filing, entries: Sequence[Entry], after: State) -> None:
    if filing.rows is not None:
        filing.rows(session)
    journal.append(session, office.keys.log, entries)
    for each in filing.exhibits:
        body = hide(office.keys.data, filing.lot, each, office.entropy(12))
        session.add(ExhibitRow(lot=filing.lot, digest=each.digest, body=body))
    journal.project(session, after)
    if filing.beside is not None:
        filing.beside(session, after)


def append(office: Office, session: Session, lot: LotId, state: State, deeds: Sequence[Deed]) -> None:
    """Record deeds of another lot in the same transaction. Raises Refused."""
    entries, after = _applied(office, lot, state, deeds)
    journal.append(session, office.keys.log, entries)
    journal.project(session, after)


def foreseen(office: Office, lot: LotId, state: State, deeds: Sequence[Deed]) -> State:
    """The state that these deeds would give, recorded or not. Raises Refused."""
    return _applied(office, lot, state, deeds)[1]


def rehearse(dossier: Dossier, deed: Deed) -> None:
    """Raise Refused now for what the history would refuse later, before long work or a key is spent."""
    _applied(dossier.office, dossier.state.lot, dossier.state, [deed])


def _applied(
    office: Office, lot: LotId, state: State | None, deeds: Sequence[Deed]
) -> tuple[list[Entry], State]:
    moment, entries, after = office.now(), [], state
    for deed in deeds:
        made = entry(after, lot, deed.event, at=moment, role=deed.role, actor=deed.actor)
        after = apply(after, made)
        entries.append(made)
    if after is None:
        raise ValueError("nothing to record")
    return entries, after


def waiting(office: Office) -> Iterator[None]:
    """Beats of a verb that waits for others' programs, until the office's patience is over."""
    since = stopwatch()
    while stopwatch() - since < office.patience:
        time.sleep(_BEAT)
        yield


def only(actor: Actor, *roles: Role) -> None:
    """Raises Refused("role") unless the actor has one of the roles."""
    if actor.role not in roles:
        raise Refused("role", role=actor.role.value, allowed=", ".join(r.value for r in roles))
