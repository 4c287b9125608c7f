"""What do supervisor and administrator see of the rule packs? No case stands in it."""

from dataclasses import dataclass
from datetime import date, datetime

from api.services.packs import Offered
from api.views.gate import free
from scheduler.packchanges import Change
from scheduler.packshape import Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class PackCard:
    """One proposal; `state`: open, confirmed or withdrawn. `own`: the viewer proposed it."""

    number: int = free()
    id: str = free()
    zh: str = free()
    en: str = free()
    digest: str = free()
    since: date = free()
    proposed: datetime = free()
    by: str = free()
    state: str = free()
    decided: datetime | None = free()
    decider: str = free()
    own: bool = free()
    changes: tuple[Change, ...] = free()


@dataclass(frozen=True, slots=True, kw_only=True)
class PackPage:
    """The pack in force today, and every proposal, the newest first."""

    id: str = free()
    zh: str = free()
    en: str = free()
    digest: str = free()
    day: date = free()
    shipped: tuple[str, ...] = free()
    cards: tuple[PackCard, ...] = free()


def shown(pack: Pack, day: date, shipped: tuple[str, ...], found: tuple[Offered, ...], user: str) -> PackPage:
    """The page for one login."""
    return PackPage(
        id=pack.id,
        zh=pack.name.zh,
        en=pack.name.en,
        digest=pack.digest,
        day=day,
        shipped=shipped,
        cards=tuple(_card(each, user) for each in found),
    )


def _card(offered: Offered, user: str) -> PackCard:
    held = offered.proposal
    decision = held.decision
    decided = "confirmed" if decision and decision.confirmed else "withdrawn"
    return PackCard(
        number=held.number,
        id=held.pack.id,
        zh=held.pack.name.zh,
        en=held.pack.name.en,
        digest=held.pack.digest,
        since=held.since,
        proposed=held.at,
        by=held.actor,
        state=decided if decision else "open",
        decided=decision.at if decision else None,
        decider=decision.actor if decision else "",
        own=held.actor == user,
        changes=offered.changes,
    )
