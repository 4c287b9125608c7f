"""What happens when bids are opened: import, shuffle, seal, re-check conflicts; then blind and begin to score."""

from collections.abc import Mapping, Sequence

from api.actor import Actor
from api.intake.package import Bid, Package
from api.services.office import Dossier, Office, by, by_system, only, open_case, record
from api.services.promoting import recorded
from api.services.releasing import custody_key
from crypto.envelope import seal
from crypto.stream import Stream
from scheduler.attempts import base_of
from scheduler.errors import Refused
from scheduler.events import Blinded, Digest, Opened, Rechecked, Recused, Slot
from scheduler.exhibits import Bidder, Bidders, CodeKey, Conflicts, Document, Evidence, Exhibit, Fact
from scheduler.facts import case_of, choices, numbers
from scheduler.model import Control, LotId, Role
from scheduler.places import bidder_context
from scheduler.recheck import added, grounds, owners_out
from scheduler.release import BIDDERS
from scheduler.rules import limits
from scheduler.state import State


def open_bids(office: Office, actor: Actor, lot: LotId, package: Package) -> State:
    """Record `Opened` and `Rechecked` together: nobody sees a bidder before the panel is checked against it."""
    only(actor, Role.OPERATOR)
    dossier = open_case(office, lot)
    if package.lot != base_of(lot):
        raise Refused("other_lot", lot=base_of(lot), found=package.lot)
    bids = _shuffled(package.bids, office.entropy(32))
    documents = [office.exhibit("document", Document(text=bid.volume)) for bid in bids]
    bidders = office.exhibit("bidders", _read_out(package.bids))
    tags = _conflicts(office, lot, package)
    conflicts = office.exhibit("conflicts", tags)
    slots = tuple(
        _slot(office, dossier, i, bid, doc) for i, (bid, doc) in enumerate(zip(bids, documents, strict=True))
    )
    opened = Opened(slots=slots, bidders=bidders.digest, conflicts=conflicts.digest)
    rechecked, evidence = _recheck(office, dossier, tags)
    deeds = [by(actor, opened), by_system(rechecked)]
    return recorded(office, lot, dossier.state, deeds, exhibits=[*documents, bidders, conflicts, evidence])


def _shuffled(bids: Sequence[Bid], seed: bytes) -> list[Bid]:
    """Slots in an order made by chance and kept nowhere, so that the order of submission is gone."""
    return [bids[i] for i in Stream(seed).sample(len(bids), len(bids))]


def _read_out(bids: Sequence[Bid]) -> Bidders:
    rows = (Bidder(code=b.code, name=b.name, members=tuple(m.name for m in b.members)) for b in bids)
    return Bidders(bidders=tuple(sorted(rows, key=lambda b: b.code)))


def _conflicts(office: Office, lot: LotId, package: Package) -> Conflicts:
    """Every consortium member counts; the platform's own statement of groups is added to the register's."""
    codes = {m.code for bid in package.bids for m in bid.members} | {bid.code for bid in package.bids}
    groups = [each for each in package.organisations if each.parent]
    tag = office.tags(lot, (*codes, *(g.parent for g in groups), *(g.code for g in groups)))
    edges = {(tag[each.parent], tag[each.code]) for each in groups}
    return Conflicts(
        bidders=tuple(sorted(tag[code] for code in codes)),
        controls=tuple(Control(parent=p, child=c) for p, c in sorted(edges)),
    )


def _slot(office: Office, dossier: Dossier, slot: int, bid: Bid, document: Exhibit) -> Slot:
    """Identity and document are sealed together, so that nobody can pair one's bid with another's name."""
    value = {"code": bid.code, "document": document.digest, "name": bid.name}
    public = custody_key(dossier, BIDDERS).public
    sealed = seal(public, value, bidder_context(dossier.state.lot, slot), office.entropy(32))
    return Slot(
        identity=sealed.envelope.hex(), commitment=Digest(sealed.commitment.hex()), document=document.digest
    )


def _recheck(office: Office, dossier: Dossier, conflicts: Conflicts) -> tuple[Rechecked, Exhibit]:
    """Members whom a rule now forbids; the same limits the next round will be drawn under."""
    state = dossier.state
    case = case_of(
        dossier.request, dossier.snapshot, kept=state.experts(), out=state.set_aside(), conflicts=conflicts
    )
    sitting, force = choices(dossier.request, state.experts()), numbers(dossier.pack, case)
    found = [(m, str(x.rule), x.facts) for m, x in grounds(limits(case, force), sitting).items()]
    owners = owners_out(case, force)
    if owners is not None:
        found += [(m.member, "C10", owners) for m in state.current() if m.role is None]
    facts = tuple(Fact(member=m, rule=rule, says=told(said)) for m, rule, said in found)
    evidence = office.exhibit("evidence", Evidence(facts=facts))
    recused = tuple(Recused(member=m, rule=rule) for m, rule, _ in found)
    more = added(case) if owners is not None else ()
    return Rechecked(recused=recused, evidence=evidence.digest, added=more), evidence


def told(facts: Mapping[str, object]) -> str:
    """The facts of a limit as they stand in the evidence: tags instead of names."""
    return ", ".join(f"{name}={fact}" for name, fact in sorted(facts.items()))


def blind(office: Office, actor: Actor, lot: LotId) -> State:
    """Record `Blinded`: codes exist for every member, and nobody can join them to a bidder before the close."""
    only(actor, Role.OPERATOR, Role.SYSTEM)
    dossier = open_case(office, lot)
    codes = office.exhibit("codes", CodeKey(key=office.entropy(32).hex()))
    event = Blinded(codes=codes.digest)
    return record(office, lot, dossier.state, [by(actor, event)], exhibits=[codes])
