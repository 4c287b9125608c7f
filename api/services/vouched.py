"""Has the expert signed this in person? What can be told before anything opens: whether a proof is there, for whom."""

from api.pool.house import Inquiry
from api.services.office import Dossier, Office
from api.services.releasing import custody_key
from crypto.canonical import unhex
from crypto.errors import Broken
from scheduler.errors import Refused
from scheduler.events import Member
from scheduler.release import EXPERTS
from scheduler.rules.day import SHANGHAI
from scheduler.vouching import Invited, demand_sealed


def invited(dossier: Dossier, member: Member) -> Invited:
    """What the member's device needs to answer. Raises Refused("not_a_member")."""
    sitting = dossier.state.invited(member)
    if sitting is None:
        raise Refused("not_a_member")
    return Invited(experts=unhex(evaluation(dossier)), round=sitting.round, member=member)


def evaluation(dossier: Dossier) -> str:
    """The name of an evaluation in what experts sign: its expert-identity key, hexadecimal."""
    return custody_key(dossier, EXPERTS).public.hex()


def read(proof: str) -> bytes:
    """A sealed proof as a page or another house sends it. Raises Refused("proof")."""
    try:
        return unhex(proof)
    except Broken as fault:
        raise Refused("proof", fault=str(fault)) from None


def committed(dossier: Dossier, member: Member) -> str:
    """The frozen pool's commitment to the member's long-term key; empty: none was enrolled then."""
    return next((leaf.expert.key for leaf in dossier.snapshot.leaves if Member(leaf.expert.id) == member), "")


def wanted(dossier: Dossier, member: Member) -> bool:
    """Whether answers and check-in of this member must be signed: the pack says so and a key is enrolled."""
    return dossier.pack.answers.signed and bool(committed(dossier, member))


def taken(office: Office, dossier: Dossier, member: Member, proof: bytes) -> str:
    """A sealed proof as the event holds it; empty where none is given and none is wanted.

    Raises Refused: "unsigned", "proof" (not sealed to this evaluation's
    expert-identity key), "key_replaced" (the key the pool committed to is no longer the expert's: what the
    device signs now would be told as false once experts are named).
    """
    if not proof:
        if wanted(dossier, member):
            raise Refused("unsigned")
        return ""
    demand_form(dossier, proof)
    told = committed(dossier, member)
    if told and told != _today(office, dossier, member):
        raise Refused("key_replaced")
    return proof.hex()


def demand_form(dossier: Dossier, proof: bytes) -> None:
    """Raises Refused("proof") for what could never be opened with this evaluation's expert-identity key."""
    try:
        demand_sealed(proof, custody_key(dossier, EXPERTS).public)
    except Broken as fault:
        raise Refused("proof", fault=str(fault)) from None


def _today(office: Office, dossier: Dossier, member: Member) -> str:
    on = dossier.state.starts.astimezone(SHANGHAI).date()
    found = office.pool.people(Inquiry(lot=dossier.state.lot, on=on, member=member)).experts
    return found[0].key if found else ""
