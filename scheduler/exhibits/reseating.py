"""Why a drawn panel sits elsewhere, and which site stands for which."""

from dataclasses import dataclass

from scheduler.model import SiteId, Travel


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """Members of the site `lost` sit at `to`, which may be the same: then only workstations were lost.

    `fit`: every site of the city at which the rules hold for them, in order of names; empty where they stay.
    """

    lost: SiteId
    to: SiteId
    fit: tuple[SiteId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reseating:
    """What the operator said, and what the rules read anew: travel from the members' counties to new sites."""

    reason: str
    swaps: tuple[Swap, ...]
    travel: tuple[Travel, ...] = ()
