"""What does a lottery say of lots in the same hours? What can be counted is counted, the centre's word is named."""

from collections.abc import Iterable

from crypto.errors import Broken
from scheduler.audit.case import AuditCase
from scheduler.events import KeptInVain, LotteryFixed, StandbyFixed, StandbyMissing
from scheduler.exhibits import Elsewhere, Snapshot
from scheduler.limits import Words
from scheduler.model import LotId

Fixed = LotteryFixed | StandbyFixed


def elsewhere_of(case: AuditCase, event: Fixed | StandbyMissing) -> Elsewhere | None:
    """The round's exhibit about overlapping lots; None: the centre says there are none."""
    return case.body(event.elsewhere, Elsewhere) if event.elsewhere else None


def competing(case: AuditCase) -> Words:
    """Limits for overlapping lots name only people of this pool and no member; those lots are committed to."""
    told, seated, spared = 0, 0, 0
    lots: set[LotId] = set()
    for state, entry in case.moments:
        event = entry.event
        if state is None or not isinstance(event, LotteryFixed | StandbyFixed | StandbyMissing):
            continue
        body = elsewhere_of(case, event)
        if body is None:
            continue
        if body.round != event.round:
            raise Broken(f"entry {entry.seq}: what is told of other lots was told for round {body.round}")
        pool = [leaf.expert.id for leaf in case.body(state.pool_exhibit, Snapshot).leaves]
        _check(body, state.lot, pool, [m.member for m in state.experts()])
        told, seated, spared = told + 1, seated + len(body.seated), spared + len(body.spared)
        lots.update(rival.lot for rival in body.rivals)
    vain = _in_vain(case)
    if not told:
        return Words(
            "中心称无时间重叠的其他项目",
            "the centre says that no other lot overlaps",
        )
    flag = Words("", "")
    if vain:
        flag = Words(
            f"；注意：曾为之预留的项目后来取消：{'、'.join(vain)}",
            f"; note: places were kept for lots cancelled later: {', '.join(vain)}",
        )
    return Words(
        f"{told} 轮与 {len(lots)} 个时间重叠的项目并存：{seated} 人次已在别处（E5d），{spared} 条预留（F6）；"
        "别的项目只以其日志的摘要为凭，谁在别处、要留多少以中心所言为准，须与各项目的审计文件对照" + flag.zh,
        f"{told} rounds beside {len(lots)} overlapping lots, {seated} out because they sit elsewhere (E5d), "
        f"{spared} reservations (F6): of those lots only hashes of their journals stand here, so who sits there and "
        "what they need rests on the centre's word until their own bundles are laid beside" + flag.en,
    )


def _in_vain(case: AuditCase) -> tuple[LotId, ...]:
    """Lots cancelled after places were kept for them; each stands as waiting in an earlier round of this lot."""
    waits: set[LotId] = set()
    for _, entry in case.moments:
        if isinstance(entry.event, Fixed):
            body = elsewhere_of(case, entry.event)
            if body is not None and body.spared:
                waits.update(rival.lot for rival in body.rivals if rival.waits)
        if isinstance(entry.event, KeptInVain) and entry.event.lot not in waits:
            raise Broken(f"entry {entry.seq}: no place was kept for the lot that was cancelled")
    return case.final().in_vain


def _check(body: Elsewhere, lot: LotId, pool: Iterable[str], kept: Iterable[str]) -> None:
    """Raise Broken for what no honest centre writes: strangers, doubles, members, limits for nobody's sake."""
    known, sitting = set(pool), set(kept)
    rivals = [rival.lot for rival in body.rivals]
    if rivals != sorted(set(rivals)) or lot in rivals or not rivals:
        raise Broken("other lots are doubled, out of order or this one")
    named = [list(body.seated), *(list(each.people) for each in body.spared)]
    if any(people != sorted(set(people)) or not known.issuperset(people) for people in named):
        raise Broken("people of other lots are doubled, out of order or not in the pool")
    if not sitting.isdisjoint(body.seated):
        raise Broken("a member of this panel is said to sit on another one at that time")
    if body.spared and not any(rival.waits for rival in body.rivals):
        raise Broken("people are left aside though no other lot waits")
    if any(not 0 <= each.most < len(each.people) for each in body.spared):
        raise Broken("a limit for other lots that limits nobody")
