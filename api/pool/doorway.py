"""What lies behind the pool owner's own door: the book of invitations, experts' answers, deliveries, passes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from api import clock
from api.pool import passes
from api.pool.letters import RECORDED, Answer, Does, Invitation, Letters, News, Reply, Taken
from api.pool.local import LocalPool
from api.pool.passes import Pass
from api.services.reasons import given
from api.store.invitations import (
    InvitationRow,
    LetterRow,
    ReplyRow,
    invitations_of,
    invited_in,
    letters,
    replies_of,
    unsettled,
    words_cell,
)
from crypto.canonical import unhex
from crypto.errors import Broken
from crypto.keys import SigningKey
from scheduler.attempts import attempt_of
from scheduler.delivery import Channel, Delivery, SignedDelivery, sign_delivery
from scheduler.errors import Refused
from scheduler.events import Member
from scheduler.model import LotId

VOUCH = 8192  # hexadecimal digits of an envelope
OUTCOME_RECORDED = "recorded"
_GONE = (Answer.DECLINED, Answer.SILENT, Answer.ABSENT, Answer.RELEASED)
_INSIDE = (Answer.ACCEPTED, Answer.PRESENT, Answer.DONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an expert answers: the deed, the words with it, and the own signature in an envelope, if given."""

    does: Does
    words: str = ""
    vouch: str = ""  # hexadecimal


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnHouse(LocalPool):
    """The register with the door; see `api.pool.letters.FarHouse`. `now` is what letters are dated by."""

    sign: SigningKey = field(repr=False)
    now: Callable[[], datetime] = field(repr=False)
    hear: Callable[[datetime], None] = field(repr=False)  # the centre's clock, for a demonstration's sake

    def news(self, news: News) -> Taken:
        """One transaction; a reply is handed out until its fate is told."""
        self.hear(news.at)
        with self.db.transaction() as session:
            for each in news.settled:
                _settle(session, each.reply, each.code)
            going_on = {row.lot for row in letters(session)}
            under_way = {each.lot: each.seq for each in news.lots}
            rows = session.exec(select(LetterRow).where(col(LetterRow.lot).in_(list(under_way)))).all()
            known = {row.lot: row.seq for row in rows}
            grown = {lot for lot, seq in under_way.items() if known.get(lot, -1) < seq}
            replies = tuple(self._reply(row) for row in unsettled(session))
        wanted = sorted(grown | (going_on - set(under_way)))
        return Taken(wanted=tuple(LotId(lot) for lot in wanted), replies=replies)

    def deliver(self, letters: Sequence[Letters]) -> int:
        """A pseudonym that is nobody's in the register is left out."""
        count = 0
        for each in letters:
            with self.db.transaction() as session:
                count += self._lay(session, each)
        return count

    @property
    def signs(self) -> bytes:
        """The public half of the own key."""
        return self.sign.public

    def deliveries(self, lot: LotId) -> tuple[SignedDelivery, ...]:
        """Every invitation is on its expert's page from the moment it came."""
        with self.db.reading() as session:
            rows = invited_in(session, lot)
        there = [(row, row.there_since, Channel.DESK) for row in rows]
        seen = [(row, row.seen_at, Channel.SEEN) for row in rows if row.seen_at is not None]
        return tuple(
            sign_delivery(
                self.sign,
                Delivery(lot=lot, member=Member(row.member), round=row.round, at=at, channel=channel),
            )
            for row, at, channel in (*there, *seen)
        )

    def admit(self, text: str) -> Pass:
        """A pass of this house."""
        return passes.read(self.sign.public, text, clock.now())

    def book(self, expert: str) -> tuple[tuple[InvitationRow, tuple[ReplyRow, ...]], ...]:
        """What a person (register number) was ever invited to, with the own answers; from now on it is seen."""
        with self.db.transaction() as session:
            rows = invitations_of(session, expert)
            for row in rows:
                if row.seen_at is None:
                    row.seen_at = self.now()
                    session.add(row)
            return tuple((row, replies_of(session, row.lot, row.member)) for row in rows)

    def answer(self, expert: str, task: Member, said: Said) -> None:
        """Keep a person's answer for the centre to take.

        Raises Refused("not_found") for anybody else's invitation, "reply_under_way" while an answer is on its way,
        "stale" when there is nothing to answer any more, "reason_missing", "reason_long", "proof".
        """
        words = _checked(said)
        with self.db.transaction() as session:
            row = _own(session, expert, task)
            if any(not each.outcome for each in replies_of(session, row.lot, row.member)):
                raise Refused("reply_under_way")
            open_ = (
                row.may_withdraw
                if said.does is Does.WITHDRAW
                else row.answer in (Answer.WAITING, Answer.STANDBY_ASKED)
            )
            if not open_:
                raise Refused("stale")
            place = words_cell(row.lot, row.member, said.does)
            session.add(
                ReplyRow(
                    lot=row.lot,
                    member=row.member,
                    does=said.does.value,
                    sealed_words=self.personal.seal(place, words) if words else b"",
                    vouch=said.vouch,
                    at=self.now(),
                )
            )

    def invitation(self, expert: str, task: Member) -> InvitationRow:
        """The own invitation of that pseudonym. Raises Refused("not_found")."""
        with self.db.reading() as session:
            return _own(session, expert, task)

    def enter(self, expert: str, task: Member) -> str:
        """A pass to the own invitation of that pseudonym. Raises Refused("not_found"), Refused("pass_early")."""
        row = self.invitation(expert, task)
        if row.answer not in _INSIDE:
            raise Refused("pass_early")
        return passes.issue(self.sign, LotId(row.lot), task, clock.now(), self.entropy(passes.NONCE))

    def _lay(self, session: Session, letter: Letters) -> int:
        told = session.get(LetterRow, letter.lot)
        if told is not None and told.seq > letter.seq:
            return 0  # another worker of the centre was quicker
        people = self._numbers(session, letter.lot)
        before = {row.member: row for row in invited_in(session, letter.lot)}
        for each in letter.invitations:
            if each.member in people:
                session.merge(self._row(letter, each, people[each.member], before.pop(each.member, None)))
        for row in before.values():  # called off
            row.answer = row.answer if row.answer in _GONE else Answer.RELEASED.value
            row.may_withdraw = False
            session.add(row)
        told = told or LetterRow(lot=letter.lot, seq=letter.seq, over=letter.over)
        told.seq, told.over = letter.seq, letter.over
        session.add(told)
        return len(letter.invitations)

    def _row(
        self, letter: Letters, each: Invitation, expert: str, before: InvitationRow | None
    ) -> InvitationRow:
        return InvitationRow(
            lot=letter.lot,
            member=each.member,
            expert=expert,
            round=each.round,
            answer=each.answer.value,
            speciality=each.speciality,
            sign_in_at=each.sign_in_at,
            desk_phone=each.desk_phone,
            may_withdraw=each.may_withdraw,
            evaluation=each.evaluation,
            must_sign=each.must_sign,
            starts=letter.starts,
            ends=letter.ends,
            answer_by=each.answer_by,
            there_since=before.there_since if before else self.now(),
            seen_at=before.seen_at if before else None,
        )

    def _reply(self, row: ReplyRow) -> Reply:
        does, says = Does(row.does), ""
        if does is Does.WITHDRAW:
            says = self.personal.open(words_cell(row.lot, row.member, does), row.sealed_words)
        return Reply(
            number=row.number or 0,
            lot=LotId(row.lot),
            member=Member(row.member),
            does=does,
            says=says,
            at=row.at,
            vouch=row.vouch,
        )


def _settle(session: Session, number: int, code: str) -> None:
    row = session.get(ReplyRow, number)
    if row is None or row.outcome:
        return
    row.outcome = OUTCOME_RECORDED if code == RECORDED else code
    if row.does == Does.WITHDRAW:
        row.sealed_words = b""  # the centre's to keep, for the supervisor alone
    session.add(row)


def _own(session: Session, expert: str, task: Member) -> InvitationRow:
    """The person's invitation under that pseudonym; the same refusal for another's and for none.

    All attempts at a lot share the pseudonym: the last one counts, the earlier ones are over.
    """
    found = [row for row in invitations_of(session, expert) if row.member == task] if expert else []
    if not found:
        raise Refused("not_found")
    return max(found, key=lambda row: attempt_of(LotId(row.lot)))


def _checked(said: Said) -> str:
    words = "" if said.does is Does.ACCEPT else given(said.words)
    try:
        unhex(said.vouch)
    except Broken as fault:
        raise Refused("proof", fault=str(fault)) from None
    if len(said.vouch) > VOUCH:
        raise Refused("proof", fault="too long")
    return words
