"""Checks about who sits beside the drawn and who chairs."""

from crypto.errors import Broken
from scheduler.appointing import approver_of
from scheduler.audit.case import AuditCase
from scheduler.chairing import demand_chair
from scheduler.events import AppointmentApproved, Chaired, CheckedIn
from scheduler.exhibits import Approval
from scheduler.limits import Numbers, Words
from scheduler.model import RuleId
from scheduler.packshape import Pack


def approvals(case: AuditCase, pack: Pack) -> Words:
    """Seats were filled without a draw only with an approval on file, given by whom the pack names (D2)."""
    zh, en = "", ""
    for _, entry in case.moments:
        if isinstance(entry.event, AppointmentApproved):
            if entry.role is not approver_of(pack):
                raise Broken(f"entry {entry.seq}: direct appointment is not for {entry.role} to approve")
            paper = case.body(entry.event.approval, Approval)
            zh += f"；直接确定 {sum(entry.event.seats)} 席获批（{paper.reference}）"
            en += f"; direct appointment of {sum(entry.event.seats)} seats approved ({paper.reference})"
    return Words(zh, en)


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
