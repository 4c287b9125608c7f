"""The town with its pool owner apart: two databases, two key files, the line between, and the pool owner's own door."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api import clock
from api.actor import Actor
from api.pool.app import Owner, pool_app
from api.pool.doorway import OwnHouse, Said
from api.pool.far import FarPool
from api.pool.letters import Does
from api.pool.rooms import Rooms
from api.pool.running import Post, house_app, rooms_of
from api.services import entering, exchanging
from api.services.importing import apply_import
from api.store.accounts import Account, put_account
from api.store.db import Database
from crypto.keys import SigningKey, signing_key, subseed
from scheduler.events import Member
from scheduler.model import Role
from scheduler.records import Registers
from tests.town import PACK, SEED, Town, entropy_of, expert_name, found, keyring, register

POOL_SEED = b"the pool owner's own secret, 32 "
ENTRANCE = "http://centre.test"


@dataclass(slots=True, kw_only=True)
class Apart:
    """Both houses. `rooms` and `pages` are the pool owner's; the town's office is the centre's."""

    town: Town
    rooms: Rooms
    pages: FastAPI
    post: Post
    far: FarPool

    @property
    def house(self) -> OwnHouse:
        """The pool owner's register and door."""
        return self.rooms.house

    def number(self, member: Member) -> str:
        """Who that is, as the pool owner knows."""
        return self.house.behind(self.town.lot, [member])[0]

    def login(self, number: str, password: str | None = None, salt: bytes = b"") -> str:
        """A login of this expert, given by the pool owner."""
        wanted = Account(
            login=f"login-{number}", role=Role.EXPERT, label="评审专家", demo=True, expert=number
        )
        with self.post.database.transaction() as session:
            put_account(session, wanted, password=password, salt=salt)
        return wanted.login

    def says(self, member: Member, does: Does, words: str = "") -> None:
        """The expert answers at the door, and the centre calls."""
        self.house.answer(self.number(member), member, Said(does=does, words=words))
        exchanging.exchange(self.town.office)

    def invite(self) -> None:
        """The centre calls."""
        exchanging.exchange(self.town.office)

    def accept_all(self) -> None:
        """Everybody who has not answered accepts at the door."""
        self.invite()
        for each in self.town.state.experts():
            if not each.accepted:
                self.says(each.member, Does.ACCEPT)

    def enter(self, member: Member) -> Actor:
        """The expert enters the centre with a pass: who that is there."""
        user = entering.enter(self.town.office, self.house.enter(self.number(member), member))
        actor = entering.bearer(self.town.office, user)
        assert actor is not None
        return actor


@contextmanager
def apart(
    folder: Path, migrated: Path, entrance: str = ENTRANCE, people: Registers | None = None
) -> Iterator[Apart]:
    """Two houses whose databases lie in `folder` as centre.db and pool.db; `migrated`: an empty one to copy.

    `entrance`: where the centre is served for browsers; `people`: another register.
    """
    centre, own = folder / "centre.db", folder / "pool.db"
    for path in (centre, own):
        path.write_bytes(migrated.read_bytes())
    keys, everything = keyring(POOL_SEED), people or register()
    database = Database(f"sqlite:///{own}")
    with database.transaction() as session:
        apply_import(session, everything, key=keys.personal)
        put_account(session, Account(login="expert", role=Role.EXPERT, label="评审专家", demo=True))
    post = Post(
        database=database,
        keys=keys,
        pack=PACK,
        folder=folder,
        centre=keyring(SEED).log.public,
        entrance=entrance,
    )
    rooms = rooms_of(post, entropy_of(b"p" * 32))
    pages = house_app(post, rooms)
    places = Registers(
        regions=everything.regions, specialities=everything.specialities, sites=everything.sites
    )
    town = found(Database(f"sqlite:///{centre}"), people=places)
    far = called(pages, town.office.keys.log)
    town.office = replace(town.office, far=far)
    yield Apart(town=town, rooms=rooms, pages=pages, post=post, far=far)
    town.office.db.close()
    database.close()


def line(house: OwnHouse, key: SigningKey, folder: Path, spoil: Callable[[bytes], bytes] = bytes) -> FarPool:
    """A centre with this key, calling a pool owner who knows the town's centre only; `spoil` sits on the line."""
    owner = Owner(
        house=house,
        key=signing_key(subseed(POOL_SEED, "log")),
        centre=keyring(SEED).log.public,
        folder=folder,
        now=clock.now,
    )
    return called(pool_app(owner), key, spoil)


def called(app: FastAPI, key: SigningKey, spoil: Callable[[bytes], bytes] = bytes) -> FarPool:
    """A centre with this key, calling at this door."""
    client: Any = TestClient(app)

    def carry(method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        answer = client.request(method, path, content=body, headers=dict(headers))
        return answer.status_code, spoil(answer.content)

    return FarPool(key=key, pool=signing_key(subseed(POOL_SEED, "log")).public, carry=carry, now=clock.now)


def planted() -> list[bytes]:
    """What must stand nowhere at the centre: names and register numbers of everybody."""
    people = register().experts
    return [expert_name(n).encode() for n in range(1, len(people) + 1)] + [p.expert.encode() for p in people]
