"""Which rule pack rules from when on? One login proposes, another confirms; a lot keeps the pack of its booking."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.exc import IntegrityError

from api.actor import Actor
from api.services.office import Office, only
from api.store import packs
from api.store.packs import Decision, Proposal
from scheduler.errors import Refused
from scheduler.model import Role
from scheduler.pack import known, load, read
from scheduler.packchanges import Change, changes
from scheduler.packshape import Pack
from scheduler.rules.day import SHANGHAI

WHO = (Role.SUPERVISOR, Role.ADMIN)  # either may propose, another login of either confirms
LONGEST = 200_000  # characters of a pack's file


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A proposal with what it would change against the pack in force now, or changed when it was decided."""

    proposal: Proposal
    changes: tuple[Change, ...]


def today(office: Office) -> date:
    """The day in China."""
    return office.now().astimezone(SHANGHAI).date()


def ruled(office: Office) -> Office:
    """The office with the pack in force today: what a booking goes by. None confirmed: the one of the settings."""
    with office.db.reading() as session:
        found = packs.in_force(session, today(office))
    return office if found is None else replace(office, pack=found)


def history(office: Office) -> tuple[Offered, ...]:
    """Every proposal, the newest first, each with what it changes against the pack in force today."""
    now, day = ruled(office).pack, today(office)
    with office.db.reading() as session:
        found = packs.proposals(session)
    return tuple(
        Offered(proposal=each, changes=changes(now, each.pack, max(day, each.since)))
        for each in reversed(found)
    )


def shipped(name: str) -> str:
    """A file that puts a shipped pack into force as it is. Raises Refused("pack")."""
    pack = load(name)
    return (
        f'id = "{pack.id}"\nextends = "{name}"\nsince = {pack.since.isoformat()}\n'
        f'name = {{ zh = "{pack.name.zh}", en = "{pack.name.en}" }}\n'
    )


def look(office: Office, actor: Actor, text: str, since: date) -> tuple[Pack, tuple[Change, ...]]:
    """What a file would put into force and change, without keeping anything.

    Raises Refused("pack", faults=…) with every fault at its place, Refused("pack_day") for a day that is over or
    before the pack's own.
    """
    only(actor, *WHO)
    if len(text) > LONGEST:
        raise Refused("pack", pack="?", faults=(f"longer than {LONGEST} characters",))
    pack = read(text)
    faults = [*_strangers(office, pack)]
    if faults:
        raise Refused("pack", pack=pack.id, faults=tuple(faults))
    if since < max(today(office), pack.since):
        raise Refused("pack_day", since=since.isoformat(), first=max(today(office), pack.since).isoformat())
    return pack, changes(ruled(office).pack, pack, since)


def _strangers(office: Office, pack: Pack) -> list[str]:
    """Holders of whom this installation has no keys: nothing could be booked under such a pack."""
    here = {each.name for each in office.keys.known}
    missing = [role.value for role in pack.custody.holders if role.value not in here]
    return [f"custody.holders: no keys of {', '.join(missing)} in this installation"] if missing else []


def propose(office: Office, actor: Actor, text: str, since: date) -> int:
    """Keep a pack for another login to confirm; its number. Raises as `look` does."""
    pack, _ = look(office, actor, text, since)
    proposal = Proposal(
        number=0, text=text, pack=pack, since=since, at=office.now(), actor=actor.id, decision=None
    )
    with office.db.transaction() as session:
        return packs.propose(session, proposal)


def confirm(office: Office, actor: Actor, number: int) -> Proposal:
    """A second person puts the pack into force from its day on.

    Raises Refused: "pack_unknown", "pack_decided", "pack_own" for who proposed it, "pack_late" when the day is over.
    """
    return _decide(office, actor, number, confirmed=True)


def withdraw(office: Office, actor: Actor, number: int) -> Proposal:
    """Nobody will confirm it any more. Raises Refused("pack_unknown") or Refused("pack_decided")."""
    return _decide(office, actor, number, confirmed=False)


def _decide(office: Office, actor: Actor, number: int, *, confirmed: bool) -> Proposal:
    only(actor, *WHO)
    decision = Decision(confirmed=confirmed, at=office.now(), actor=actor.id)
    with office.db.transaction() as session:
        found = next((each for each in packs.proposals(session) if each.number == number), None)
        if found is None:
            raise Refused("pack_unknown", number=number)
        if found.decision is not None:
            raise Refused("pack_decided", number=number)
        if confirmed and found.actor == actor.id:
            raise Refused("pack_own", number=number)
        if confirmed and found.since < today(office):
            raise Refused("pack_late", since=found.since.isoformat())
        try:
            packs.decide(session, number, decision)
        except IntegrityError:
            raise Refused("pack_decided", number=number) from None
    return replace(found, decision=decision)


def default(setting: str, text_of: Callable[[str], str]) -> Pack:
    """The pack of the settings: a shipped one by name, or a file of one's own by its path.

    `text_of` reads a file. Raises Refused("pack", faults=…).
    """
    if setting in known():
        return load(setting)
    try:
        return read(text_of(setting))
    except (OSError, UnicodeDecodeError) as fault:
        raise Refused(
            "pack",
            pack=setting,
            faults=(
                f"{setting}: neither a shipped pack ({', '.join(known())}) nor a file to read ({fault})",
            ),
        ) from None
