"""What must a reader of the report know about how the panel came about? The same for service and verifier."""

from collections.abc import Iterator

from scheduler.exhibits import Approval, Ground, Remark, Request, Snapshot
from scheduler.facts import case_of, numbers
from scheduler.limits import Words
from scheduler.packshape import Pack
from scheduler.relaxing import step_of
from scheduler.rules import DECLARED, notices
from scheduler.state import State

_GROUNDS = {
    Ground.COMPLEX: Words("技术复杂", "technically complex"),
    Ground.SPECIAL: Words("专业性强", "highly specialised"),
    Ground.STATE: Words("国家有特殊要求", "special demands of the state"),
}


def about_pool(pack: Pack, booked: Request, snapshot: Snapshot) -> Iterator[Remark]:
    """Notices (D8) about the request as booked: a wider one after it makes no scarce speciality less scarce."""
    case = case_of(booked, snapshot)
    for rule, facts in notices(case, numbers(pack, case)).items():
        yield Remark(rule=rule, says=DECLARED[rule].says.filled(facts))


def about_panel(pack: Pack, state: State, approval: Approval | None) -> Iterator[Remark]:
    """What journal and approval say to everybody: signed steps of the ladder, who was appointed, the chair."""
    for name in state.relaxed:
        step = step_of(pack.ladder, name)
        who = step.approver
        yield Remark(
            rule=name, says=Words(f"{step.says.zh}（{who} 签署）", f"{step.says.en} (signed by {who})")
        )
    who_sits = [m.member for m in state.experts() if m.appointed]
    if approval is not None and who_sits:
        told = "、".join(who_sits)
        yield Remark(
            rule="D2",
            says=Words(
                f"直接确定，未经抽取：{told}（{approval.authority} {approval.reference}，"
                f"{_GROUNDS[approval.ground].zh}）",
                f"appointed without a draw: {told} ({approval.authority} {approval.reference}, "
                f"{_GROUNDS[approval.ground].en})",
            ),
        )
    chair = state.chairing()
    if chair is not None:
        zh, en = ("招标人确定", "named by the tenderee") if state.chair_named else ("成员推举", "elected")
        yield Remark(
            rule="C11", says=Words(f"评标委员会负责人 {chair}（{zh}）", f"chair of the panel: {chair} ({en})")
        )
