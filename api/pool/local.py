"""How does the pool owner answer from the register? With its own database and keys, whoever asks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlmodel import Session

from api.pool import names
from api.pool.house import Answer, Inquiry, Marked, Panel, Question, SealedName, TagOf
from api.store import registers
from api.store.db import Database
from api.store.expertkeys import enrolled, holders
from api.store.personal import Personal
from api.store.relating import relate
from crypto.envelope import seal
from scheduler.errors import Refused
from scheduler.events import Digest, Member
from scheduler.model import Appearance, Expert, LotId, OrgTag
from scheduler.places import expert_context
from scheduler.records import OrganisationRecord
from scheduler.vouching import key_commitment


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalPool:
    """The register in this installation's own database; see `api.pool.house.PoolHouse`."""

    db: Database
    key: bytes = field(repr=False)  # pseudonyms and tags
    personal: Personal = field(repr=False)
    entropy: Callable[[int], bytes] = field(repr=False)

    def marks(self, questions: Sequence[Question]) -> tuple[Member, ...]:
        """One keyed hash each."""
        return tuple(names.member(self.key, each.lot, each.person) for each in questions)

    def tags(self, lot: LotId, codes: Sequence[str]) -> tuple[OrgTag, ...]:
        """One keyed hash each."""
        return tuple(map(names.org_tag(self.key, lot), codes))

    def organisations(self, tags: Sequence[TagOf]) -> tuple[str, ...]:
        """Every organisation of the register is tagged once for each lot asked about."""
        with self.db.reading() as session:
            known = [(each.code, each.name) for each in registers.organisations(session)]
        behind = {
            lot: {names.org_tag(self.key, lot)(code): name for code, name in known}
            for lot in {each.lot for each in tags}
        }
        return tuple(behind[each.lot].get(each.tag, "") for each in tags)

    def behind(self, lot: LotId, members: Sequence[Member]) -> tuple[str, ...]:
        """Register numbers, for the pool owner alone: no question of the centre asks for them."""
        with self.db.reading() as session:
            known = self._numbers(session, lot)
        return tuple(known[member] for member in members)

    def people(self, inquiry: Inquiry) -> Answer:
        """Read in one snapshot; who sits elsewhere is found by asking each panel for the person's mark there."""
        lot, tag = inquiry.lot, names.org_tag(self.key, inquiry.lot)
        with self.db.reading() as session:
            person = inquiry.person
            if inquiry.member:
                person = self._numbers(session, lot).get(inquiry.member, "")
                if not person:
                    raise Refused("not_a_member")
            found = registers.pool(
                session,
                key=self.personal,
                on=inquiry.on,
                pseudonym=lambda number: names.pseudonym(self.key, lot, number),
                org_tag=tag,
                knowing=inquiry.specialities,
                number=person or None,
            )
            controls = registers.controls(session, tag)
            found = self._committed(session, lot, found, person)
            if not inquiry.panels:
                return Answer(experts=found, controls=controls)
            known = self._numbers(session, lot)
            code = self._code_of(session, inquiry)
        seen = [(panel, frozenset(panel.members), self._same(panel, code)) for panel in inquiry.panels]
        return Answer(experts=tuple(self._engaged(e, known[e.id], seen) for e in found), controls=controls)

    def same_people(self, lot: LotId, others: Sequence[Marked]) -> tuple[tuple[Member, ...], ...]:
        """At most everybody of the register is marked in every lot asked about: one keyed hash for each pair."""
        with self.db.reading() as session:
            everybody = registers.numbers(session)
        own: dict[str, Member] = {}
        found = []
        for other in others:
            who, known = names.finder(self.key, other.lot, other.members), dict[Member, Member]()
            wanted = len(set(other.members))
            for number in everybody:
                if len(known) == wanted:
                    break
                member = who(number)
                if member is not None:
                    if number not in own:
                        own[number] = names.member(self.key, lot, number)
                    known[member] = own[number]
            if len(known) < wanted:
                raise Refused("not_a_member")
            found.append(tuple(known[member] for member in other.members))
        return tuple(found)

    def relate(self, lot: LotId, member: Member, organisation: OrganisationRecord, since: date) -> Member:
        """The organisation is added where the register does not know it."""
        with self.db.transaction() as session:
            known = self._numbers(session, lot)
            if member not in known:
                raise Refused("not_a_member")
            relate(session, known[member], organisation, since)
        return member

    def seal(self, lot: LotId, members: Sequence[Member], public: bytes) -> tuple[SealedName, ...]:
        """The one place where a draw reads names."""
        with self.db.reading() as session:
            known = self._numbers(session, lot)
            if any(member not in known for member in members):
                raise Refused("not_a_member")
            numbers = {known[member]: member for member in members}
            people = {numbers[e.expert]: e for e in registers.experts(session, self.personal, tuple(numbers))}
            keys = enrolled(session, self.personal, tuple(numbers))
        found = []
        for member in members:
            who = people[member]
            value = {
                "blind": names.blind(self.key, lot, who.expert).hex(),
                "keys": [each.public.hex() for each in keys.get(who.expert, ())],
                "name": who.name,
                "number": who.expert,
                "pseudonym": member,
            }
            sealed = seal(public, value, expert_context(lot, member), self.entropy(32))
            commitment = Digest(sealed.commitment.hex())
            found.append(SealedName(member=member, identity=sealed.envelope.hex(), commitment=commitment))
        return tuple(found)

    def _committed(
        self, session: Session, lot: LotId, found: tuple[Expert, ...], person: str
    ) -> tuple[Expert, ...]:
        """The same people with commitments to the long-term keys of those who have one."""
        wanted = {who.id for who in found}
        having = frozenset({person}) if person else holders(session)
        keys = {names.pseudonym(self.key, lot, number): number for number in having}
        held = enrolled(session, self.personal, {number for who, number in keys.items() if who in wanted})

        def commitment(who: Expert) -> str:
            number = keys.get(who.id, "")
            if number not in held:
                return ""
            blind = names.blind(self.key, lot, number)
            return key_commitment(lot, Member(who.id), held[number][-1].public, blind)

        return tuple(replace(who, key=commitment(who)) for who in found)

    def _numbers(self, session: Session, lot: LotId) -> Mapping[str, str]:
        """Pseudonym in this lot → register number."""
        return {names.pseudonym(self.key, lot, number): number for number in registers.numbers(session)}

    def _code_of(self, session: Session, inquiry: Inquiry) -> str | None:
        """The register's code behind the tenderee's tag; tags of other lots can only be compared through it."""
        tag = names.org_tag(self.key, inquiry.lot)
        codes = (each.code for each in registers.organisations(session))
        return next((code for code in codes if tag(code) == inquiry.tenderee), None)

    def _same(self, panel: Panel, tenderee: str | None) -> bool:
        return tenderee is not None and names.org_tag(self.key, panel.lot)(tenderee) == panel.tenderee

    def _engaged(
        self, expert: Expert, number: str, panels: Sequence[tuple[Panel, frozenset[Member], bool]]
    ) -> Expert:
        sits = [
            (panel, same)
            for panel, members, same in panels
            if names.member(self.key, panel.lot, number) in members
        ]
        past = tuple(Appearance(day=p.day, same_tenderee=same) for p, same in sits if p.lately)
        return replace(expert, busy=any(panel.overlaps for panel, _ in sits), past=past)
