"""What does a party see of its own seeds? The keys to seal the missing ones to, and the marks of what stands."""

from dataclasses import dataclass

from api.services.depositing import missing
from api.views.gate import shows
from scheduler.deposit import deposited, owed
from scheduler.model import LotId, Role
from scheduler.sight import Datum
from scheduler.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedSeed:
    """The public key (hexadecimal) that one missing seed is to be sealed to."""

    name: str = shows(Datum.OWN_SEEDS)
    public: str = shows(Datum.OWN_SEEDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingSeed:
    """The mark of an envelope in the journal, which the device compares with what it sealed."""

    key: str = shows(Datum.OWN_SEEDS)
    mark: str = shows(Datum.OWN_SEEDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedDesk:
    """One party's seeds of one lot; `keys` is empty while none are awaited."""

    lot: LotId = shows(Datum.OWN_SEEDS)
    party: Role = shows(Datum.OWN_SEEDS)
    keys: tuple[WantedSeed, ...] = shows(Datum.OWN_SEEDS)
    receipt: tuple[StandingSeed, ...] = shows(Datum.OWN_SEEDS)


def seed_desk(state: State, party: Role, *, due: bool = True) -> SeedDesk:
    """The seeds of the party that looks; `due`: it may deposit now, as far as its desk is concerned."""
    wanted = owed(state, party.value).keys if due and party in missing(state) else ()
    return SeedDesk(
        lot=state.lot,
        party=party,
        keys=tuple(WantedSeed(name=key.name, public=key.public.hex()) for key in wanted),
        receipt=tuple(StandingSeed(key=each.key, mark=each.mark) for each in deposited(state, party.value)),
    )
