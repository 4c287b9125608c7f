"""What stands behind who sits beside the drawn: letters of authorisation."""

from dataclasses import dataclass

from scheduler.events import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """The tenderee's letter for one owner representative: its number, and what it says of rank and knowledge."""

    member: Member
    reference: str
    says: str
