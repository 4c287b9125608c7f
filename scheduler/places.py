"""Which place is an envelope bound to? Lot, key and slot of every secret, the same when sealing and opening."""

from crypto.envelope import Context, Kind
from scheduler.events import Member
from scheduler.model import LotId
from scheduler.release import BIDDERS, EXPERTS, SCORES, SITES, seeds


def deposit_context(lot: LotId, party: str, round_number: int) -> Context:
    """A party's seed of one round."""
    return Context(lot=lot, kind=Kind.SEED, slot=party, key_id=seeds(round_number))


def site_context(lot: LotId, party: str) -> Context:
    """A party's seed for the draw of guest sites."""
    return Context(lot=lot, kind=Kind.SEED, slot=party, key_id=SITES)


def expert_context(lot: LotId, member: Member) -> Context:
    """An expert's identity."""
    return Context(lot=lot, kind=Kind.EXPERT, slot=member, key_id=EXPERTS)


def bidder_context(lot: LotId, slot: int) -> Context:
    """A bidder's identity."""
    return Context(lot=lot, kind=Kind.BIDDER, slot=str(slot), key_id=BIDDERS)


def sheet_context(lot: LotId, member: Member, version: int) -> Context:
    """One version of a member's sheet."""
    return Context(lot=lot, kind=Kind.SCORES, slot=member, version=version, key_id=SCORES)
