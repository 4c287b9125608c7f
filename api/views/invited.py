"""What does an expert see at the pool owner's own door: open invitations, and how every earlier one ended?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.pool.letters import Answer, Does
from api.store.invitations import InvitationRow, ReplyRow
from api.views.alarms import Suspension
from api.views.expert import ExpertCard
from api.views.gate import shows
from scheduler.events import Member
from scheduler.sight import Datum

ENDED = (Answer.DECLINED, Answer.SILENT, Answer.ABSENT, Answer.RELEASED)
_INSIDE = (Answer.ACCEPTED, Answer.PRESENT, Answer.DONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happened to an invitation: it came, was opened, or was answered."""

    at: datetime = shows(Datum.OWN_INVITATION)
    what: str = shows(Datum.OWN_INVITATION)  # there | seen | accept | decline | withdraw
    outcome: str = shows(
        Datum.OWN_INVITATION
    )  # of an answer: recorded, or the refusal's code; empty: on its way


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """An invitation with everything that happened to it."""

    card: ExpertCard = shows(Datum.OWN_INVITATION)
    steps: tuple[Step, ...] = shows(Datum.OWN_INVITATION)
    under_way: Does | None = shows(Datum.OWN_INVITATION)  # an answer the centre has not taken yet
    may_enter: bool = shows(Datum.OWN_INVITATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certifying:
    """What it takes to certify the device that signs the sheets, and a pass to bring the certificate with."""

    task: Member = shows(Datum.OWN_INVITATION)
    evaluation: str = shows(Datum.OWN_INVITATION)
    text: str = shows(Datum.OWN_INVITATION)  # of the pass


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitedTasks:
    """One expert's invitations, those that stand first."""

    open: tuple[Invited, ...] = shows(Datum.OWN_INVITATION)
    ended: tuple[Invited, ...] = shows(Datum.OWN_INVITATION)
    suspensions: tuple[Suspension, ...] = shows(Datum.OWN_STANDING, default=())


def tasks_of(
    book: Sequence[tuple[InvitationRow, Sequence[ReplyRow]]], suspensions: tuple[Suspension, ...]
) -> InvitedTasks:
    """The page over the pool owner's book of one expert."""
    found = [_invited(row, replies) for row, replies in book]
    return InvitedTasks(
        open=tuple(reversed([each for each in found if each.card.answer not in ENDED])),
        ended=tuple(each for each in found if each.card.answer in ENDED),
        suspensions=suspensions,
    )


def _invited(row: InvitationRow, replies: Sequence[ReplyRow]) -> Invited:
    answer = Answer(row.answer)
    pending = next((Does(each.does) for each in replies if not each.outcome), None)
    card = ExpertCard(
        task=Member(row.member),
        answer=answer,
        starts=row.starts,
        ends=row.ends,
        sign_in_at=row.sign_in_at,
        answer_by=row.answer_by,
        desk_phone=row.desk_phone,
        speciality=row.speciality,
        seat=None,
        project=None,
        may_withdraw=row.may_withdraw or None,
        evaluation=row.evaluation or None,
        round=row.round if row.evaluation else None,
        must_sign=row.must_sign or None,
    )
    return Invited(
        card=card, steps=_steps(row, replies), under_way=pending, may_enter=answer in _INSIDE and not pending
    )


def _steps(row: InvitationRow, replies: Sequence[ReplyRow]) -> tuple[Step, ...]:
    steps = [Step(at=row.there_since, what="there", outcome="")]
    if row.seen_at is not None:
        steps.append(Step(at=row.seen_at, what="seen", outcome=""))
    steps += [Step(at=each.at, what=each.does, outcome=each.outcome) for each in replies]
    return tuple(sorted(steps, key=lambda step: step.at))
