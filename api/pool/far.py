"""How does the centre ask a pool owner in another process? HTTP, every question signed by the centre, every
answer by the pool owner whose key was pinned."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from api import clock
from api.custodian.calls import Carry, Unreachable, credential, over_http
from api.keyring import Keyring
from api.pool import passes
from api.pool.house import Answer, Inquiry, Marked, Question, SealedName, TagOf
from api.pool.letters import Letters, News, Taken
from api.pool.passes import Pass
from api.pool.wire import PATH, QUESTIONS, Relate, SamePeople, Seal, Tags, checked
from crypto.canonical import canonical
from crypto.errors import Broken
from crypto.keys import SigningKey
from scheduler.codec import Misshapen, from_plain, to_plain
from scheduler.delivery import SignedDelivery, check_delivery
from scheduler.errors import Refused
from scheduler.events import Member
from scheduler.model import LotId, OrgTag
from scheduler.records import OrganisationRecord


def pool_of(keys: Keyring) -> "FarPool | None":
    """The pool owner whom these keys name; None where the register lies in the centre's own database."""
    if keys.owner is None:
        return None
    public = bytes.fromhex(keys.owner.sign)
    return FarPool(key=keys.log, pool=public, carry=over_http(keys.owner.url), now=clock.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class FarPool:
    """The pool owner over a line; see `api.pool.house.PoolHouse`."""

    key: SigningKey = field(repr=False)  # the centre's log key
    pool: bytes  # the pool owner's public key, pinned
    carry: Carry = field(repr=False)
    now: Callable[[], datetime] = field(repr=False)

    def marks(self, questions: Sequence[Question]) -> tuple[Member, ...]:
        """One call however many are asked for; none where none is."""
        found: tuple[Member, ...] = self._ask("marks", tuple(questions)) if questions else ()
        return found

    def tags(self, lot: LotId, codes: Sequence[str]) -> tuple[OrgTag, ...]:
        """One call however many are asked for; none where none is."""
        found: tuple[OrgTag, ...] = self._ask("tags", Tags(lot=lot, codes=tuple(codes))) if codes else ()
        return found

    def organisations(self, tags: Sequence[TagOf]) -> tuple[str, ...]:
        """One call; none where there is no tag."""
        found: tuple[str, ...] = self._ask("organisations", tuple(tags)) if tags else ()
        return found

    def people(self, inquiry: Inquiry) -> Answer:
        """One call."""
        found: Answer = self._ask("people", inquiry)
        return found

    def same_people(self, lot: LotId, others: Sequence[Marked]) -> tuple[tuple[Member, ...], ...]:
        """One call; none where there is no list."""
        asked = SamePeople(lot=lot, others=tuple(others))
        found: tuple[tuple[Member, ...], ...] = self._ask("same-people", asked) if others else ()
        return found

    def relate(self, lot: LotId, member: Member, organisation: OrganisationRecord, since: date) -> Member:
        """One call."""
        asked = Relate(lot=lot, member=member, organisation=organisation, since=since)
        found: Member = self._ask("relate", asked)
        return found

    def seal(self, lot: LotId, members: Sequence[Member], public: bytes) -> tuple[SealedName, ...]:
        """One call."""
        asked = Seal(lot=lot, members=tuple(members), public=public.hex())
        found: tuple[SealedName, ...] = self._ask("seal", asked)
        return found

    def news(self, news: News) -> Taken:
        """One call."""
        found: Taken = self._ask("news", news)
        return found

    def deliver(self, letters: Sequence[Letters]) -> int:
        """One call; none where there is no letter."""
        found: int = self._ask("deliver", tuple(letters)) if letters else 0
        return found

    @property
    def signs(self) -> bytes:
        """The pinned key."""
        return self.pool

    def deliveries(self, lot: LotId) -> tuple[SignedDelivery, ...]:
        """One call; a delivery that the pool owner's key did not sign, or of another lot, is no answer."""
        found: tuple[SignedDelivery, ...] = self._ask("deliveries", lot)
        try:
            if any(check_delivery(self.pool, each).lot != lot for each in found):
                raise Broken("a delivery of another lot")
        except Broken as fault:
            raise Refused("pool_away", reason=str(fault)) from None
        return found

    def admit(self, text: str) -> Pass:
        """No call: the pinned key tells."""
        return passes.read(self.pool, text, self.now())

    def _ask(self, name: str, asked: Any) -> Any:
        path, question = PATH + name, canonical(to_plain(asked))
        headers = {
            "Authorization": credential(self.key, "POST", path, self.now(), question),
            "Content-Type": "application/json",
        }
        try:
            status, sent = self.carry("POST", path, question, headers)
            if status == 409:
                raise Refused(json.loads(checked(self.pool, path, question, sent))["refused"])
            if status != 200:
                raise Refused("pool_away", reason=f"HTTP {status}")
            answer = json.loads(checked(self.pool, path, question, sent))
            return from_plain(QUESTIONS[name].answered, answer)
        except (Unreachable, Broken, Misshapen, ValueError) as fault:
            raise Refused("pool_away", reason=str(fault)) from None
