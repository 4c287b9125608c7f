"""What stands behind recusal by word: the member's own ground, a bidder's application, the person's answer."""

from dataclasses import dataclass

from scheduler.events import Member
from scheduler.model import OrgTag


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnGround:
    """Why a member recuses, in the member's words."""

    member: Member
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """Whom a bidder's application names, and which relation it claims."""

    member: Member
    bidder: OrgTag
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The person's answer: admitted or contested, in the person's words."""

    admits: bool
    says: str
