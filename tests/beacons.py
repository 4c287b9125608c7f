"""A beacon for tests: a key, and pulses that it signs."""

from dataclasses import replace
from datetime import datetime, timedelta

from crypto.canonical import canonical
from crypto.keys import SigningKey, sign, signing_key
from scheduler.beacon import due_at
from scheduler.events import Named
from scheduler.packshape import Basis, Beacon, Pack
from scheduler.pulse import FORMAT, statement
from tests.tale import Tale
from tests.town import NINE, Town

KEY = signing_key(b"b" * 32)
BEACON = Beacon(
    id="town-beacon",
    key=KEY.public.hex(),
    genesis=NINE - timedelta(days=60),
    period_seconds=60,
    lead_seconds=30,
    wait_minutes=30,
    without=0,
    basis=Basis.ASSUMED,
    cite="tests",
)


def value_of(pulse: int) -> str:
    """An invented value, as long as SHA-512's."""
    return f"{pulse:0128x}"


def signed(beacon: Named, pulse: int, value: str = "", key: SigningKey = KEY) -> bytes:
    """The file of a pulse (docs/formats/pulse.md)."""
    told = value or value_of(pulse)
    signature = sign(key, "yuanping/pulse/v1", statement(beacon, pulse, told)).hex()
    body = {"beacon": beacon.id, "due": due_at(beacon, pulse).isoformat(), "format": FORMAT, "pulse": pulse}
    return canonical(body | {"signature": signature, "value": told})


def under(pack: Pack, *, without: bool = False) -> Pack:
    """The pack with the beacon of the tests."""
    return replace(pack, beacon=replace(BEACON, without=int(without)))


def with_beacon(town: Town, *, online: bool = True, without: bool = False) -> Town:
    """The town under such a pack; `online`: its pulses can be fetched as soon as they are due."""
    office = replace(town.office, pack=under(town.office.pack, without=without))

    def fetch(pulse: int) -> bytes:
        beacon = town.state.beacon
        assert beacon is not None
        return signed(beacon, pulse)

    town.office = replace(office, pulses=fetch if online else None)
    return town


def wait_for_pulse(town: Town) -> datetime:
    """Go on to the moment at which the awaited pulse is due."""
    state = town.state
    under_way = state.round_under_way()
    assert state.beacon is not None
    assert under_way is not None
    assert under_way.awaits is not None
    due = due_at(state.beacon, under_way.awaits)
    town.clock.move(due)
    return due


class Beaconed(Tale):
    """The tale under a beacon: after every commitment the pulse it names is waited for."""

    def fix(self) -> None:
        """The lottery of a round, and the wait."""
        super().fix()
        wait_for_pulse(self.town)
