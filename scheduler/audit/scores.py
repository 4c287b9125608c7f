"""Steps about scoring: documents and codes, sheets and totals, the map from bid to bidder, report, names."""

from dataclasses import replace
from typing import Any

from crypto.canonical import unhex
from crypto.envelope import open_
from crypto.errors import Broken, CryptoError
from scheduler.audit.attempts import annulled
from scheduler.audit.case import AuditCase, NotRevealed
from scheduler.audit.returned import put_right, voided
from scheduler.audit.reviewed import reviewed
from scheduler.audit.vouched import to_experts
from scheduler.exhibits import (
    Approval,
    Bidders,
    CodeKey,
    Document,
    Identities,
    Identity,
    Opening,
    Report,
    Request,
    RulesInForce,
    Snapshot,
    Totals,
)
from scheduler.limits import Words
from scheduler.marks import Keys, Paper
from scheduler.places import bidder_context, expert_context
from scheduler.release import BIDDERS, EXPERTS, SCORES
from scheduler.remarks import about_panel, about_pool
from scheduler.reviewing import rejected
from scheduler.rules import NOTICES
from scheduler.scoring import reported
from scheduler.state import State
from scheduler.tally import readings, tally

NOTICED = frozenset(notice.id for notice in NOTICES)


def documents(case: AuditCase) -> Words:
    """Every slot's blind volume is the one committed to at the opening."""
    slots = case.final().slots
    for slot in slots:
        case.body(slot.document, Document)
    if not slots:
        raise NotRevealed(Words("尚未开标", "bids are not opened yet"))
    if len({slot.document for slot in slots}) != len(slots):
        raise Broken("one blind volume stands for two bids")
    return Words(
        f"{len(slots)} 份暗标与开标时的承诺一致", f"{len(slots)} blind volumes match their commitments"
    )


def _opening(case: AuditCase, state: State, key: str) -> bytes:
    """The private key opened for a purpose; NotRevealed when it is not, or not for this reader."""
    for name, digest in state.opened_keys:
        if name == key:
            return unhex(case.body(digest, Opening).private, 32)
    raise NotRevealed(Words("仍密封", "still sealed"))


def sheets(case: AuditCase) -> Words:
    """Every sheet of the close was signed by its member, scores the member's own codes, and gives the totals."""
    state = case.final()
    private = _opening(case, state, SCORES)
    codes = unhex(case.body(state.codes, CodeKey).key, 32)
    keys, criteria = Keys(scores=private, codes=codes), case.body(state.request, Request).criteria
    paper = Paper(lot=state.lot, criteria=criteria, slots=len(state.slots))
    back, void = put_right(case, paper, keys), voided(case)
    frozen = readings(state, case.bundle.entries, paper, keys)
    reviewed(case, frozen)
    found = tally(frozen, paper.slots, frozenset(state.replaced))
    if found != case.body(state.totals, Totals).totals:
        raise Broken("the totals are others than the sheets give")
    return Words(
        f"{len(frozen)} 份评分表签名有效，重新汇总一致；作废 {void} 份、退回更正 {back} 份；"
        "签名钥由成员终端生成，其归属以场地签到为准",
        f"{len(frozen)} sheets verify and add up; {void} void, {back} put right by their members; "
        "that a sheet key is its member's rests on the site's check-in",
    )


def bidders(case: AuditCase) -> Words:
    """Every sealed identity opens to the bidder listed, with the very document of its slot; after the totals."""
    state = case.final()
    private = _opening(case, state, BIDDERS)
    listed = case.body(state.identities, Identities).identities
    found = tuple(_identity(state, private, i) for i in range(len(state.slots)))
    if found != listed:
        raise Broken("the map from bids to bidders is another one")
    read_out = {(b.code, b.name) for b in case.body(state.bidders, Bidders).bidders}
    if {(i.code, i.name) for i in listed} != read_out:
        raise Broken("other bidders than were read out")
    return Words(
        f"{len(found)} 个投标人与暗标的对应在汇总之后揭开，与密封一致",
        f"{len(found)} bidders joined to their bids after the totals, as sealed",
    )


def _identity(state: State, private: bytes, slot: int) -> Identity:
    sealed = state.slots[slot]
    bound = bidder_context(state.lot, slot)
    value: dict[str, Any] = open_(private, unhex(sealed.identity), bound, unhex(sealed.commitment, 32))
    if set(value) != {"code", "document", "name"} or value["document"] != sealed.document:
        raise Broken(f"slot {slot}: identity and document do not belong together")
    return Identity(slot=slot, code=str(value["code"]), name=str(value["name"]))


def report(case: AuditCase) -> Words:
    """The ranking is what totals and map give."""
    state, void = case.final(), annulled(case)
    told = case.body(state.report, Report)
    found = told.ranking
    _remarked(case, told)
    try:
        totals, who = case.body(state.totals, Totals), case.body(state.identities, Identities)
    except NotRevealed:
        return Words(
            f"{len(found)} 个排名；汇总与对应关系本文件不含，未重算{void.zh}",
            f"{len(found)} ranks; totals and map are not in this bundle, so they were not computed anew{void.en}",
        )
    if replace(told, remarks=()) != reported(totals.totals, who.identities, rejected(state)):
        raise Broken("the report ranks otherwise than totals and map give")
    return Words(
        f"{len(found)} 个排名与汇总一致{void.zh}", f"{len(found)} ranks agree with the totals{void.en}"
    )


def _remarked(case: AuditCase, report: Report) -> None:
    """The remarks are what pack, request, pool and journal give; those on the pool only where it is revealed."""
    state = case.final()
    pack = case.body(state.pack, RulesInForce).pack
    approval = case.body(state.approval, Approval) if state.approval else None
    wanted = list(about_panel(pack, state, approval))
    found = [remark for remark in report.remarks if remark.rule not in NOTICED]
    try:
        booked, snapshot = case.body(state.booked, Request), case.body(state.pool_exhibit, Snapshot)
    except NotRevealed:
        pass
    else:
        wanted = [*about_pool(pack, booked, snapshot), *wanted]
        found = list(report.remarks)
    if found != wanted:
        raise Broken("the report remarks otherwise on the panel than the record gives")


def names(case: AuditCase) -> Words:
    """Experts' identities: sealed until the law lets them be named; then they open to what was drawn."""
    state = case.final()
    seated = case.seated()
    for member in seated:
        to_experts(case, member.identity, member.member)
    if EXPERTS not in dict(state.opened_keys):
        raise NotRevealed(
            Words("专家身份仍由保管人密封", "experts' identities are still sealed to the custodians")
        )
    private = _opening(case, state, EXPERTS)
    for member in seated:
        bound = expert_context(state.lot, member.member)
        try:
            value = open_(private, unhex(member.identity), bound, unhex(member.commitment, 32))
        except CryptoError as fault:
            raise Broken(f"{member.member}: {fault}") from None
        if value["pseudonym"] != member.member:
            raise Broken(f"{member.member}: sealed under another pseudonym")
    return Words(f"{len(seated)} 个身份与化名一致", f"{len(seated)} identities match their pseudonyms")
