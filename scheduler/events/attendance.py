"""Who comes, who leaves and why."""

from dataclasses import dataclass
from enum import StrEnum

from scheduler.events.ids import Digest, Member


class Out(StrEnum):
    """Why a drawn member is out."""

    DECLINED = "declined"
    SILENT = "silent"
    ABSENT = "absent"
    RECUSED = "recused"
    BARRED = (
        "barred"  # by the register of that moment: banned, ended certificate, a tie that has come to light
    )
    VOIDED = "voided"  # after check-in; see Voided


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The member will come; `proof`: the member's own signature (scheduler.vouching), sealed, hexadecimal."""

    member: Member
    proof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A member is out before scoring: declined, silent past the pack's waiting time, not at the gate, or barred.

    `rule` and `evidence` (exhibit: its facts) are there for the barred only, `proof` (see Accepted) for who declined.
    """

    member: Member
    why: Out
    rule: str = ""
    evidence: Digest | None = None
    proof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recused:
    """A member removed at the re-check, with the rule but not its facts."""

    member: Member
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rechecked:
    """The panel against the real bidders.

    `added`: experts more per role, in the order of the request, who take the places of owner representatives
    recused with them (C10); empty when there are none.
    """

    recused: tuple[Recused, ...]
    evidence: Digest
    added: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedIn:
    """A member stands at the site, identity checked; `key` verifies the member's sheets (Ed25519).

    `certificate`: the member's own signature over that key (scheduler.vouching), sealed, hexadecimal.
    """

    member: Member
    key: str
    certificate: str = ""
