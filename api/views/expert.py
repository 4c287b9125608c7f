"""What does an expert 专家 see: when to be free and where to sign in, and nothing that tells the project?"""

from dataclasses import dataclass
from datetime import datetime

from api.pool.letters import Answer
from api.views.alarms import Suspension
from api.views.gate import shows
from scheduler.events import Member
from scheduler.sight import Datum


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertCard:
    """One invitation. Seat and project stay None until check-in; other experts and bidders have no field."""

    task: Member = shows(
        Datum.OWN_INVITATION
    )  # the expert's own pseudonym in that lot; the lot's number would tell the project
    answer: Answer = shows(Datum.OWN_INVITATION)
    starts: datetime = shows(Datum.OWN_INVITATION)
    ends: datetime = shows(Datum.OWN_INVITATION)
    sign_in_at: str = shows(
        Datum.OWN_INVITATION
    )  # name of the site, in the county where the expert may be seated
    moved: bool | None = shows(Datum.OWN_INVITATION, default=None)  # it was another place before
    answer_by: datetime = shows(Datum.OWN_INVITATION)
    desk_phone: str = shows(Datum.OWN_INVITATION)
    speciality: str = shows(Datum.OWN_INVITATION)  # as what the expert is invited
    seat: str | None = shows(Datum.OWN_SEAT)
    project: str | None = shows(Datum.OWN_PROJECT)
    bidders: tuple[str, ...] = shows(Datum.OWN_RECUSAL, default=())  # who bids, from check-in to blinding
    declared: bool | None = shows(Datum.OWN_RECUSAL, default=None)
    appeal: str | None = shows(
        Datum.OWN_RECUSAL, default=None
    )  # a relation claimed of this expert, to answer
    may_withdraw: bool | None = shows(Datum.OWN_INVITATION, default=None)
    evaluation: str | None = shows(Datum.OWN_INVITATION, default=None)  # what a signed answer names, no lot
    round: int | None = shows(Datum.OWN_INVITATION, default=None)
    must_sign: bool | None = shows(Datum.OWN_INVITATION, default=None)
    ballot: tuple[Member, ...] = shows(Datum.BALLOT, default=())  # whom one may elect to chair, once present


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertTasks:
    """All cards of one expert, soonest first."""

    cards: tuple[ExpertCard, ...] = shows(Datum.OWN_INVITATION)
    suspensions: tuple[Suspension, ...] = shows(Datum.OWN_STANDING, default=())
