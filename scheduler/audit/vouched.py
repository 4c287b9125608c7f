"""The step about experts' own signatures: who answered and whose device it was, by the keys the pool committed to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from crypto.canonical import unhex
from crypto.envelope import Kind, inspect, key_mark, open_
from crypto.errors import Broken, CryptoError
from crypto.keys import PUBLIC, sealing_key_of
from scheduler.audit.case import AuditCase, NotRevealed
from scheduler.events import Accepted, CheckedIn, Left, Member, Out
from scheduler.exhibits import Opening, RulesInForce, Snapshot
from scheduler.limits import Words
from scheduler.model import LotId
from scheduler.places import expert_context
from scheduler.release import EXPERTS
from scheduler.state import Entry, Sitting
from scheduler.vouching import BLIND, Invited, Says, key_commitment, open_answer, open_certificate

CLOCKS = timedelta(minutes=5)  # how far a device's clock may be from the log's


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An answer or a check-in of a drawn expert; `proof` is the sealed envelope in hexadecimal, or empty."""

    entry: Entry
    sitting: Sitting
    proof: str

    @property
    def member(self) -> Member:
        """Whose it is."""
        return self.sitting.member


def signatures(case: AuditCase) -> Words:
    """Answers and sheet keys are the experts' own, by the keys that the drawn leaves commit to.

    Before experts are named: every signature the pack asks for is there, sealed. Afterwards each is opened and
    checked; a wrong one is Broken and names the member by pseudonym. NotRevealed where there is nothing to check
    or this reader may not see the pool; it counts all the same.
    """
    said = tuple(_said(case))
    if not said:
        raise NotRevealed(Words("尚无人答复", "nobody has answered yet"))
    sealed = sum(bool(each.proof) for each in said)
    zh = f"{len(said)} 次答复与签到中 {sealed} 次有本人签名"
    en = f"{sealed} of {len(said)} answers and check-ins are signed by the expert"
    try:
        promised = _promised(case)
        told = _resting(case, said, promised)
        keys, private = _named(case, promised)
    except NotRevealed as missing:
        raise NotRevealed(Words(f"{zh}；{missing.why.zh}", f"{en}; {missing.why.en}")) from None
    for each in said:
        if each.proof and each.member in keys:
            _checked(each, keys[each.member], private)
    return Words(
        f"{zh}，均出自抽中名单所承诺的长期密钥，评分表签名钥即所证明的设备钥；{told.zh}",
        f"{en}, all by the long-term keys that the drawn leaves commit to; "
        f"sheet keys are the certified ones; {told.en}",
    )


def _said(case: AuditCase) -> Iterator[Said]:
    """What drawn experts did that a signature may stand beside."""
    for before, entry in case.moments:
        event = entry.event
        if before is None or not isinstance(event, Accepted | Left | CheckedIn):
            continue
        if isinstance(event, Left) and event.why is not Out.DECLINED:
            continue
        sitting = before.invited(event.member)
        if sitting is not None and sitting.role is not None:
            proof = event.certificate if isinstance(event, CheckedIn) else event.proof
            yield Said(entry=entry, sitting=sitting, proof=proof)


def _promised(case: AuditCase) -> Mapping[Member, str]:
    """The commitment to each member's long-term key in the frozen pool; who has none is not in it."""
    snapshot = case.body(case.final().pool_exhibit, Snapshot)
    return {Member(leaf.expert.id): leaf.expert.key for leaf in snapshot.leaves if leaf.expert.key}


def _resting(case: AuditCase, said: Sequence[Said], promised: Mapping[Member, str]) -> Words:
    """On whose word the unsigned ones rest. Broken where the pack asks for a signature that is not there."""
    asked = case.body(case.final().pack, RulesInForce).pack.answers.signed
    for each in said:
        if asked and each.member in promised and not each.proof:
            raise Broken(f"{each.member}, entry {each.entry.seq}: not signed, though the pack asks for it")
        if each.proof:
            to_experts(case, each.proof, f"{each.member}, entry {each.entry.seq}")
    resting = {each.member for each in said if not each.proof or each.member not in promised}
    if not resting:
        return Words("无一仅凭场地之说", "none rests on the gate's word")
    return Words(
        f"另有 {len(resting)} 名成员无长期密钥或未签名，以场地与中心之说为准",
        f"{len(resting)} members without a key or a signature rest on the gate's and the centre's word",
    )


def to_experts(case: AuditCase, envelope: str, whose: str) -> None:
    """Raises Broken unless this is, as far as anybody sees who has no key, sealed to the expert-identity key."""
    public = next(unhex(str(b["public"]), 32) for b in case.final().keys if b["key_id"] == EXPERTS)
    try:
        head = inspect(unhex(envelope))
    except CryptoError as fault:
        raise Broken(f"{whose}: {fault}") from None
    if (head.kind, head.mark) != (Kind.EXPERT, key_mark(public, EXPERTS)):
        raise Broken(f"{whose}: not sealed to the expert-identity key")


def _named(case: AuditCase, promised: Mapping[Member, str]) -> tuple[Mapping[Member, bytes], bytes]:
    """Every drawn member's long-term key as the opened identity shows it, and the key that opens proofs.

    NotRevealed while experts are not named. Broken where an identity holds no key that the leaf commits to.
    """
    state = case.final()
    opening = next((digest for name, digest in state.opened_keys if name == EXPERTS), None)
    if opening is None:
        raise NotRevealed(
            Words(
                "签名与专家身份同时开启，目前仍密封", "sealed, to be opened together with experts' identities"
            )
        )
    private = unhex(case.body(opening, Opening).private, 32)
    found = {}
    for member in (each for each in case.seated() if each.member in promised):
        bound = expert_context(state.lot, member.member)
        try:
            value = open_(private, unhex(member.identity), bound, unhex(member.commitment, 32))
            found[member.member] = _key_of(state.lot, member.member, value, promised[member.member])
        except CryptoError as fault:
            raise Broken(f"{member.member}: {fault}") from None
    return found, private


def _key_of(lot: LotId, member: Member, identity: dict[str, Any], commitment: str) -> bytes:
    """The one of the person's keys, former ones included, that the drawn leaf commits to."""
    blind = unhex(identity["blind"], BLIND)
    for text in identity["keys"]:
        public = unhex(text, PUBLIC)
        if key_commitment(lot, member, public, blind) == commitment:
            return public
    raise Broken("the identity holds no key that the drawn leaf commits to")


def _checked(each: Said, public: bytes, private: bytes) -> None:
    """A proof is by this key, of this member, round, answer or device, and of that time. Raises Broken."""
    event, envelope = each.entry.event, unhex(each.proof)
    try:
        if isinstance(event, CheckedIn):
            proof = open_certificate(private, envelope, each.member, unhex(event.key, PUBLIC))
        else:
            invited = Invited(
                experts=sealing_key_of(private).public, round=each.sitting.round, member=each.member
            )
            says = Says.ACCEPT if isinstance(event, Accepted) else Says.DECLINE
            proof = open_answer(private, envelope, invited, says)
        if proof.public != public:
            raise Broken("signed with another key than the drawn leaf commits to")
        if proof.at and not each.sitting.since - CLOCKS <= proof.at <= each.entry.at + CLOCKS:
            raise Broken("signed before the draw or after it was recorded")
    except CryptoError as fault:
        raise Broken(f"{each.member}, entry {each.entry.seq}: {fault}") from None
