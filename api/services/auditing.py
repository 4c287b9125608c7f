"""How does a case leave the house? One signed file, full for the supervisor or redacted for the public."""

from collections.abc import Iterable

from sqlmodel import select

from api.actor import Actor
from api.keyring import Keyring
from api.services.office import Office, fetch, only
from api.store import journal
from api.store.journal import ExhibitRow
from crypto.canonical import canonical
from scheduler.bundle import BundleKind, write
from scheduler.errors import Refused
from scheduler.events import Custodian, Digest
from scheduler.exhibits import Exhibit
from scheduler.model import LotId, Role
from scheduler.packshape import Beacon
from scheduler.phases import replay
from scheduler.record import named_digests
from scheduler.sight import Datum, demand
from scheduler.state import Phase

_PUBLISHED = (Phase.F6, Phase.F7)  # before, a journal's length alone would tell how many bid


def export(office: Office, actor: Actor, lot: LotId, kind: BundleKind) -> bytes:
    """The bundle's bytes. Raises Refused("phase") before F6, for everybody."""
    only(actor, Role.SUPERVISOR, *([Role.OPERATOR, Role.PUBLIC] if kind is BundleKind.PUBLIC else []))
    with office.db.reading() as session:
        history = journal.history(session, lot)
        if not history:
            raise Refused("unknown_lot", lot=lot)
        state = replay([entry for entry, _ in history])
        stored = {
            Digest(d) for d in session.exec(select(ExhibitRow.digest).where(ExhibitRow.lot == lot)).all()
        }
    if state.phase not in _PUBLISHED:
        raise Refused("export_early", phase=state.phase.value)
    demand(kind.reader, Datum.LOG, state.phase)
    order = named_digests([entry for entry, _ in history])
    found: list[Exhibit] = [fetch(office, lot, digest) for digest in order if digest in stored]
    return write(history, found, kind=kind, phase=state.phase, key=office.keys.log)


def trust_of(
    keys: Keyring, holders: Iterable[Custodian] | None = None, beacon: Beacon | None = None
) -> bytes:
    """TRUST.json of this installation: what a verifier must have from somewhere else than the bundle.

    `holders`: the custodians whom the rule pack names, where they are fewer than the installation knows; `beacon`:
    the pack's, if it names one.
    """
    named = keys.known if holders is None else holders
    custodians = {each.name: {"seal": each.seal, "sign": each.sign} for each in named}
    body = {"custodians": custodians, "log": keys.log.public.hex(), "suites": ["01"]}
    beacons = {"beacons": {beacon.id: beacon.key}} if beacon else {}
    return canonical(body | beacons) + b"\n"
