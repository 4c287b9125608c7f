"""What do the steps work on? A bundle with its replayed history, its exhibits by digest, and what is pinned."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from crypto.errors import Broken
from scheduler.bundle import Bundle
from scheduler.errors import Refused
from scheduler.events import Appointed, Digest, Drawn, Seated, StandbyDrawn
from scheduler.exhibits import Body, Exhibit, Request, Reseating, Siting, Snapshot
from scheduler.limits import Words
from scheduler.phases import apply
from scheduler.seatplan import travelled
from scheduler.siting import drawn_of
from scheduler.state import Entry, State

B = TypeVar("B", bound=Body)


class NotRevealed(Exception):
    """This bundle does not hold what the step needs; its reader may not see it, or not yet."""

    def __init__(self, why: Words) -> None:
        super().__init__(why.en)
        self.why = why


class Outcome(StrEnum):
    """How a step went, in the words of the contract."""

    HOLDS = "holds"
    BROKEN = "broken"
    NOT_REVEALED = "not yet revealed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pins:
    """What must not come from the bundle (TRUST.json); empty: nothing is pinned."""

    log: bytes | None = None
    custodians: Mapping[str, tuple[bytes, bytes]] = field(default_factory=dict)  # name: sign, seal
    suites: frozenset[str] = frozenset({"01"})
    beacons: Mapping[str, bytes] = field(default_factory=dict)  # id: key of its signatures


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditCase:
    """The material of all steps. `moments` pair every entry with the state before it."""

    bundle: Bundle
    pins: Pins
    moments: tuple[tuple[State | None, Entry], ...]
    state: State | None  # None when replay refused
    refusal: str
    exhibits: Mapping[Digest, Exhibit]

    def final(self) -> State:
        """The state after the last entry. Raises Broken when the history was not accepted."""
        if self.state is None:
            raise Broken(f"the history is not accepted: {self.refusal}")
        return self.state

    def seated(self) -> tuple[Seated, ...]:
        """Everybody ever drawn, as member or stand-by, or appointed, each with the sealed identity."""
        events = (entry.event for _, entry in self.moments)
        return tuple(m for e in events if isinstance(e, Drawn | StandbyDrawn | Appointed) for m in e.members)

    def body(self, digest: Digest | None, shape: type[B]) -> B:
        """The exhibit behind a digest. Raises NotRevealed when this bundle has none."""
        if digest is None:
            raise NotRevealed(Words("尚未发生", "has not happened yet"))
        found = self.exhibits.get(digest)
        if found is None:
            raise NotRevealed(Words("本文件的读者不可见", "not for this bundle's reader"))
        if not isinstance(found.body, shape):
            raise Broken(f"exhibit {found.name} stands where {shape.__name__} belongs")
        return found.body


def request_at(case: AuditCase, state: State) -> Request:
    """The request as it stood then: with the drawn guest sites where sites are drawn, until members were seated
    elsewhere. Raises NotRevealed."""
    booked, sites = case.body(state.request, Request), state.sites
    if sites is None or sites.drawn is None or state.reseated:
        return booked
    return drawn_of(booked, sites, case.body(sites.choices, Siting))


def snapshot_at(case: AuditCase, state: State) -> Snapshot:
    """The frozen pool with the ways to sites that came later. Raises NotRevealed."""
    causes = [case.body(digest, Reseating) for digest in state.causes]
    return travelled(case.body(state.pool_exhibit, Snapshot), causes)


Step = Callable[[AuditCase], Words]


def prepare(bundle: Bundle, pins: Pins) -> AuditCase:
    """Replay the history as far as it goes and lay the exhibits out."""
    state: State | None = None
    moments: list[tuple[State | None, Entry]] = []
    refusal = ""
    for entry in bundle.entries:
        moments.append((state, entry))
        try:
            state = apply(state, entry)
        except Refused as no:
            refusal, state = f"entry {entry.seq}: {no}", None
            break
    return AuditCase(
        bundle=bundle,
        pins=pins,
        moments=tuple(moments),
        state=state,
        refusal=refusal or "no entries",
        exhibits={each.digest: each for each in bundle.exhibits},
    )
