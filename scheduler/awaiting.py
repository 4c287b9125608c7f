"""Whose answer is awaited, and since when? Nobody's time runs before the invitation is there to be read."""

from datetime import datetime

from scheduler.standby import Standby
from scheduler.state import Sitting, State

Asked = Sitting | Standby


def awaited(state: State) -> tuple[Asked, ...]:
    """Drawn people who have not answered: stand-bys first, since nobody is promoted whose own time is over."""
    drawn: list[Asked] = [*state.standing_by(), *state.experts()]
    return tuple(m for m in drawn if not m.accepted)


def undelivered(state: State) -> tuple[Asked, ...]:
    """Those of them whose invitation is not known to be there."""
    there = dict(state.delivered)
    return tuple(m for m in awaited(state) if m.member not in there)


def asked_since(state: State, who: Asked) -> datetime | None:
    """When the time to answer began: drawn or promoted, and the invitation there; None: it has not begun."""
    there = dict(state.delivered).get(who.member)
    return None if there is None else max(who.since, there)
