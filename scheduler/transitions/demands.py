"""What every transition asks with."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from scheduler.errors import Refused
from scheduler.events import Event, Member
from scheduler.model import Role
from scheduler.state import Entry, State

Moves = dict[type[Event], Callable[[State, Entry, Any], State]]


def demand(holds: bool, code: str, **facts: Any) -> None:
    """Raises Refused(code) unless it holds."""
    if not holds:
        raise Refused(code, **facts)


def own(entry: Entry, member: Member) -> None:
    """Experts and owner representatives act for themselves only."""
    if entry.role in (Role.EXPERT, Role.OWNER):
        demand(entry.actor == member, "not_yours")


def change(state: State, member: Member, **changes: Any) -> State:
    """The state with one sitting member changed. Raises Refused("not_a_member")."""
    sitting = state.sitting(member)
    if sitting is None or not sitting.sits:
        raise Refused("not_a_member")
    changed = replace(sitting, **changes)
    return replace(state, members=tuple(changed if m is sitting else m for m in state.members))


def key_is_open(state: State, key: str) -> bool:
    """True once the custody key of this purpose has been opened."""
    return any(key == name for name, _ in state.opened_keys)


def moment(text: str) -> datetime:
    """A moment with its zone, in the one spelling that we write. Raises Refused("window")."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("window") from None
    demand(moment.tzinfo is not None and moment.isoformat() == text, "window")
    return moment
