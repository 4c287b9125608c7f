"""What must a reader of the report know about how the panel came about? The same for service and verifier."""

from collections.abc import Iterator

from scheduler.exhibits import Remark, Request, Snapshot
from scheduler.facts import case_of, numbers
from scheduler.limits import Words
from scheduler.packshape import Pack
from scheduler.relaxing import step_of
from scheduler.rules import DECLARED, notices
from scheduler.state import State


def about_pool(pack: Pack, booked: Request, snapshot: Snapshot) -> Iterator[Remark]:
    """Notices (D8) about the request as booked: a wider one after it makes no scarce speciality less scarce."""
    case = case_of(booked, snapshot)
    for rule, facts in notices(case, numbers(pack, case)).items():
        yield Remark(rule=rule, says=DECLARED[rule].says.filled(facts))


def about_panel(pack: Pack, state: State) -> Iterator[Remark]:
    """What the journal itself says, visible to everybody who reads it: signed steps of the ladder."""
    for name in state.relaxed:
        step = step_of(pack.ladder, name)
        who = step.approver
        yield Remark(
            rule=name, says=Words(f"{step.says.zh}（{who} 签署）", f"{step.says.en} (signed by {who})")
        )
