"""What goes to a party's own machine before it deposits: the keys to seal to, and who made them?

A party that checks the ceremonies against its own trust file cannot be given keys that somebody at the centre made.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from crypto.canonical import canonical, parse, unhex
from crypto.errors import Broken, CryptoError
from crypto.seats import Pins
from crypto.transcript import check_transcript
from crypto.transcript import from_body as record_of
from scheduler.deposit import Owed, SeedKey
from scheduler.model import LotId
from scheduler.release import SITES, seeds

FORMAT = "yuanping-seeds-wanted/v1"
_FIELDS = {"ceremonies", "format", "keys", "lot", "party"}

Records = Sequence[
    Mapping[str, Any]
]  # of ceremonies, as crypto.transcript writes them; none: keys were dealt


class Foreign(Broken):
    """A key that no ceremony of the pinned custodians has made."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(why)
        self.key = key


def written(wanted: Owed, records: Records) -> bytes:
    """The file `seeds.json`, canonical JSON."""
    keys = [{"key": key.name, "public": key.public.hex()} for key in wanted.keys]
    body = {"ceremonies": list(records), "format": FORMAT, "keys": keys, "lot": wanted.lot}
    return canonical(body | {"party": wanted.party})


def read(data: bytes) -> tuple[Owed, Records]:
    """The same back; Broken when it is not such a file."""
    body = parse(data)
    if not isinstance(body, dict) or set(body) != _FIELDS or body["format"] != FORMAT:
        raise Broken("not a list of keys for seeds")
    try:
        keys = tuple(_key(row) for row in body["keys"])
        records: Records = [dict(each) for each in body["ceremonies"]]
    except (KeyError, TypeError, ValueError) as fault:
        raise Broken(f"not a list of keys for seeds ({type(fault).__name__})") from None
    return Owed(lot=LotId(str(body["lot"])), party=str(body["party"]), keys=keys), records


def _key(row: Mapping[str, Any]) -> SeedKey:
    name, number = str(row["key"]), str(row["key"]).removeprefix(seeds(0)[:-1])
    if name == SITES:
        return SeedKey(name=name, round=None, public=unhex(row["public"], 32))
    if name != seeds(int(number)):
        raise ValueError("neither a round's key nor that of the sites")
    return SeedKey(name=name, round=int(number), public=unhex(row["public"], 32))


def demand_made(wanted: Owed, records: Records, pins: Pins) -> None:
    """Raise Foreign for a key that no ceremony of exactly these custodians has made under its name."""
    made: dict[str, bytes] = {}
    for record in records:
        try:
            key = check_transcript(record_of(record), pins)
        except CryptoError as fault:
            raise Foreign("?", str(fault)) from None
        made[key.key_id] = key.public
    for each in wanted.keys:
        if made.get(each.name) != each.public:
            raise Foreign(each.name, "no ceremony has made this key")
