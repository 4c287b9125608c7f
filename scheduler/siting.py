"""Which guest sites come out of their draw? Pure: the choices there are, and the one a ticket falls on (L2)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from crypto.canonical import digest
from crypto.stream import Stream
from scheduler.events import Digest
from scheduler.exhibits import Request, Siting
from scheduler.model import LotId, SiteId
from scheduler.pending import Sites
from scheduler.state import State

Choice = tuple[SiteId, ...]


def choices_of(request: Request, guests: int) -> tuple[Choice, ...]:
    """Every way to take so many of the request's guest sites, in order of their names."""
    candidates = sorted(site.site for site in request.sites if not site.host)
    return tuple(combinations(candidates, guests))


def narrowed(request: Request, choice: Choice) -> Request:
    """The request with the host and these guest sites only."""
    return replace(request, sites=tuple(s for s in request.sites if s.host or s.site in choice))


def drawn_of(request: Request, sites: Sites | None, siting: Siting | None) -> Request:
    """The request as it stands: with all candidates before the draw, with the drawn guest sites after it."""
    if sites is None or sites.drawn is None or siting is None:
        return request
    return narrowed(request, siting.choices[sites.drawn])


def site_ticket(choices: Digest, lot: LotId, attempt: int, parts: Mapping[str, bytes]) -> bytes:
    """The labelled hash of all contributions and of what they decide about; parties in order of name."""
    pieces = [piece for party in sorted(parts) for piece in (party.encode("utf-8"), parts[party])]
    place = str(attempt).encode()
    return digest("yuanping/sites/v1", bytes.fromhex(choices), lot.encode("utf-8"), place, *pieces)


def fallen(ticket: bytes, count: int) -> int:
    """Which of `count` equal choices a ticket falls on, from 0."""
    return Stream(ticket).derive("sites").below(count)


def fallen_site(state: State, lost: SiteId, fit: Sequence[SiteId]) -> SiteId:
    """Where guest sites are drawn by lot (L2): which of the sites that fit stands for a lost one. It follows from the
    ticket of the draw of sites, to which every party's seed has contributed."""
    ticket = bytes.fromhex(state.sites.ticket if state.sites else "")
    chance = Stream(ticket).derive("reseated", str(len(state.reseated)), lost)
    return fit[chance.below(len(fit))]
