"""What stands behind the draw of guest sites."""

from dataclasses import dataclass

from scheduler.model import SiteId


@dataclass(frozen=True, slots=True, kw_only=True)
class Siting:
    """Every way to take so many of the candidates: those with a lawful panel, in order, and those without."""

    choices: tuple[tuple[SiteId, ...], ...]
    barred: tuple[tuple[SiteId, ...], ...]
