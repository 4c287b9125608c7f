"""Checks about who sits beside the drawn and who chairs."""

from crypto.errors import Broken
from scheduler.audit.case import AuditCase
from scheduler.chairing import demand_chair
from scheduler.events import Chaired, CheckedIn
from scheduler.limits import Numbers
from scheduler.model import RuleId


def owners(case: AuditCase, force: Numbers) -> None:
    """No owner representative checked in without a letter on file, where the pack wants one (C9)."""
    for before, entry in case.moments:
        if isinstance(entry.event, CheckedIn) and before is not None and RuleId("C9") in force:
            sitting = before.sitting(entry.event.member)
            if sitting and sitting.role is None and sitting.member not in before.authorised:
                raise Broken(f"entry {entry.seq}: an owner representative without an authorisation on file")


def chairs(case: AuditCase, force: Numbers) -> None:
    """Every chair is one the pack allows. Raises Refused("C11"); the majority was counted in the replay."""
    for before, entry in case.moments:
        if isinstance(entry.event, Chaired) and before is not None:
            sitting = before.sitting(entry.event.chair)
            demand_chair(force, owner=sitting is not None and sitting.role is None, named=entry.event.named)
