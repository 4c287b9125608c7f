"""Who sat on the panel? Read once the expert-identity key is open: the law wants the winner determined first."""

from collections.abc import Iterable, Mapping
from typing import Any

from api.services.office import Dossier
from crypto.canonical import unhex
from crypto.envelope import open_
from scheduler.errors import Refused
from scheduler.events import KeyOpened, Member
from scheduler.exhibits import Opening
from scheduler.places import expert_context
from scheduler.release import EXPERTS, condition
from scheduler.state import Entry


def may_name(dossier: Dossier) -> bool:
    """Whether the key may be opened now: archived, and nobody has done it yet."""
    try:
        condition(dossier.state, EXPERTS)
    except Refused:
        return False
    return True


def names(dossier: Dossier, entries: Iterable[Entry]) -> Mapping[Member, str]:
    """Pseudonym → name of everybody who was drawn or appointed; empty while the key is shut."""
    events = [entry.event for entry in entries]
    opened = next((e for e in events if isinstance(e, KeyOpened) and e.key == EXPERTS), None)
    if opened is None:
        return {}
    private = unhex(dossier.body(opened.opening, Opening).private)
    found: dict[Member, str] = {}
    for seated in (each for event in events for each in getattr(event, "members", ())):
        place = expert_context(dossier.state.lot, seated.member)
        value: dict[str, Any] = open_(private, unhex(seated.identity), place, unhex(seated.commitment, 32))
        found[seated.member] = str(value["name"])
    return found
