"""Who may sit for the tenderee, and who chairs the panel?"""

from dataclasses import dataclass

from scheduler.events.ids import Digest, Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorised:
    """The written authorisation of an owner representative is on file (C9); `document` is the exhibit."""

    member: Member
    document: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class ChairVoted:
    """A member present votes for a member present; the latest vote counts until somebody is elected."""

    member: Member
    choice: Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Chaired:
    """The panel has a chair (C11): elected by more than half of its members, or `named` by the tenderee."""

    chair: Member
    named: bool = False
