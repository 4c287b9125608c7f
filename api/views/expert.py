"""What does an expert 专家 see: when to be free and where to sign in, and nothing that tells the project?"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from scheduler.model import LotId


class Answer(StrEnum):
    """How the expert's own invitation stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"  # no answer in time
    PRESENT = "present"
    RELEASED = "released"  # a later round, a conflict or an absence ended it


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertCard:
    """One invitation. Seat and project stay None until check-in; other experts and bidders have no field."""

    lot: LotId
    answer: Answer
    starts: datetime
    ends: datetime
    sign_in_from: datetime
    sign_in_at: str  # name of the site, in the county where the expert may be seated
    answer_by: datetime
    desk_phone: str
    seat: str | None
    project: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertTasks:
    """All cards of one expert, soonest first."""

    cards: tuple[ExpertCard, ...]
