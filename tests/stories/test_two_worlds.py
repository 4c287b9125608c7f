"""Two worlds that differ in one secret look the same to everybody who may not know it, on every page, at every phase.

Four evaluations of one town: as it is; with two bidders behind each other's bids; with another person in a member's
place; with one score of a sheet changed. Every role asks every page of its desk after every beat and presses buttons
that must be refused. Compared are statuses, headers, true lengths and bodies, with digests, pseudonyms and tokens
normalised. From which phase on a role may tell the worlds apart stands here a second time, by hand, from domain §4.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from api.intake.package import Package
from api.pool import names
from api.store.accounts import Account, put_account
from api.store.db import Database
from api.store.schema import upgrade
from fixtures.invented import expert_number
from scheduler.bundle import BundleKind
from scheduler.events import Member
from scheduler.model import Role
from scheduler.state import ORDER, Phase
from tests import crawl
from tests.crawl import (
    GET,
    LOT,
    NOBODY,
    POST,
    STAFF,
    STRANGER,
    Crawl,
    Routes,
    Seen,
    Who,
    enter,
    plain,
    tell,
    three_bids,
)
from tests.town import Town, found

NEVER = 99  # later than every phase
ASKED_OF_ALL = "opened"  # the beat at which everybody also tries everybody else's desk
DESKS = tuple(f"/{role.value}" for role in Role)
# From which phase on a role may see a difference (domain.md §4): who wrote which bid, who sits, what a member scored.
MAP = {Role.OPERATOR: 5, Role.TENDEREE: 5, Role.EXPERT: 5, Role.OWNER: 5, Role.SUPERVISOR: 5}
PERSON = {Role.OPERATOR: 7, Role.TENDEREE: 7, Role.SUPERVISOR: 7}
SCORE = {Role.OPERATOR: 5, Role.TENDEREE: 5, Role.EXPERT: 4, Role.OWNER: 4, Role.SUPERVISOR: 4}
TWINS = ((1, 2), (5, 7), (8, 10), (11, 13), (14, 16))  # alike in county and specialities
REPRESENTATIVE = Who(name="owner-1", role=Role.OWNER)


class Looker(Crawl):
    """Everybody asks every page of the own desk and of nobody's; once, at one beat, all pages of all desks."""

    def people(self) -> tuple[Who, ...]:
        """The whole staff, strangers, the owner representative, and experts who sit, left or were never drawn."""
        experts = [who for who in super().people() if who.role is Role.EXPERT]
        return (*STAFF, STRANGER, REPRESENTATIVE, NOBODY, *experts)

    def questions(self, routes: Routes, who: Who, beat: str) -> Iterator[tuple[str, str, str]]:
        """Method, path and wanted format."""
        for pattern, methods in routes:
            own = pattern.startswith(f"/{who.role.value}") or not pattern.startswith(DESKS)
            if GET in methods and (own or beat == ASKED_OF_ALL):
                for path in self._paths(pattern):
                    yield GET, path, "html"
        yield from ((POST, path, "html") for path in self.refused(who, beat))

    def refused(self, who: Who, beat: str) -> tuple[str, ...]:
        """Buttons that are too early or another's: what the refusal says is a channel too."""
        if beat not in ("opened", "scoring"):
            return ()
        mine = next(m.member for m in self.state.experts())
        return {
            Role.OPERATOR: (f"/operator/lots/{LOT}/reveal", f"/operator/lots/{LOT}/report"),
            Role.SUPERVISOR: (f"/supervisor/lots/{LOT}/verify", f"/supervisor/lots/{LOT}/press/glass-open"),
            Role.TENDEREE: (f"/tenderee/lots/{LOT}/deposit", f"/tenderee/lots/{LOT}/press/appoint"),
            Role.EXPERT: (f"/expert/tasks/{mine}/sheet", "/expert/tasks/P-NONE/accept"),
        }.get(who.role, ())


def crossed(town: Town, conflicted: Member) -> Package:
    """The same volumes at the same places, two of them by each other's writers."""
    sent = three_bids(town, conflicted)
    one, two, three = sent.bids
    return replace(sent, bids=(replace(two, volume=one.volume), replace(one, volume=two.volume), three))


def other_score(patch: pytest.MonkeyPatch, _: Any) -> None:
    """The first member to hand in a sheet gives one line three points less, in every version."""
    score, first = Town.score, []

    def scored(town: Town, member: Member, change: Decimal = Decimal(0)) -> None:
        first.append(member)
        score(town, member, Decimal(-3) if first[0] == member else change)

    patch.setattr(Town, "score", scored)


def other_person(patch: pytest.MonkeyPatch, drawn: set[int]) -> None:
    """Two people alike in everything a rule reads, one drawn and one not, stand behind each other's pseudonyms."""
    pair = next(pair for pair in TWINS if len(drawn & set(pair)) == 1)
    one, other = map(expert_number, pair)
    swap, plain = {one: other, other: one}, names.pseudonym
    patch.setattr(names, "pseudonym", lambda key, lot, who: plain(key, lot, swap.get(who, who)))


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town with logins, to be copied: everything before the booking is the same in all worlds."""
    path = tmp_path_factory.mktemp("worlds") / "town.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    return path


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything seen in it, the numbers of everybody ever drawn, and the bundles that leave the house."""

    seen: list[Seen]
    drawn: set[int]
    bundles: dict[BundleKind, str]


def lived(
    migrated: Path, folder: Path, bids: Callable[..., Package] = three_bids, since: str = "booked"
) -> World:
    """One evaluation from booking to archive, looked at from the beat on at which it may differ."""
    path = folder / "town.db"
    shutil.copy(migrated, path)
    database = Database(f"sqlite:///{path}")
    town = found(database)
    enter(town)
    with database.transaction() as session:
        put_account(session, Account(login="owner-1", role=Role.OWNER, label="代表"))
    looker, begun = Looker(town=town, thorough=False), False

    def look(beat: str) -> None:
        nonlocal begun
        begun = begun or beat == since
        if begun:
            looker.look(beat)

    tell(town, look, bids)
    drawn = {town.number(m.member) for m in town.state.members if m.role is not None}
    bundles = {kind: town.bundle(kind).decode() for kind in BundleKind}
    database.close()
    return World(seen=looker.seen, drawn=drawn, bundles=bundles)


@pytest.fixture(scope="module")
def worlds(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, World]:
    """The four, each in a folder of its own."""
    plain = lived(migrated, tmp_path_factory.mktemp("plain"))
    told = {"plain": plain, "bidders": lived(migrated, tmp_path_factory.mktemp("bidders"), crossed, "opened")}
    for name, change, since in (("person", other_person, "drawn"), ("score", other_score, "scoring")):
        with pytest.MonkeyPatch.context() as patch:
            change(patch, plain.drawn)
            told[name] = lived(migrated, tmp_path_factory.mktemp(name), since=since)
    return told


def anybody(text: str) -> str:
    """Without the logins of experts: who of them asks is the crawler's own choice."""
    return re.sub(r"expert-\d+", "expert", text)


def alike(seen: Seen) -> tuple[object, ...]:
    """What must be the same in two worlds, whoever of a role has asked."""
    method, path, wanted = seen.asked
    who = Who(name="", role=seen.who.role)
    head, body = anybody(plain(seen.head)), anybody(seen.body)
    return crawl.alike(replace(seen, who=who, asked=(method, anybody(path), wanted), head=head, body=body))


def differing(worlds: dict[str, World], name: str, may: dict[Role, int]) -> list[str]:
    """Every answer that differs although its asker may not know; strangers and nobody never may."""
    found_, others = [], worlds[name].seen
    beats = {seen.beat for seen in others}
    for one, other in zip([s for s in worlds["plain"].seen if s.beat in beats], others, strict=True):
        since = NEVER if one.who in (STRANGER, NOBODY) else may.get(one.who.role, NEVER)
        if ORDER.index(one.phase) < since and alike(one) != alike(other):
            found_.append(f"{one.beat} {one.who.name} {one.asked} {one.status}/{other.status}")
    return found_


def test_everybody_looked_at_every_phase(worlds: dict[str, World]) -> None:
    """The comparison is of something: all roles, all phases, pages that open, refusals, no failure."""
    seen = worlds["plain"].seen
    assert {s.phase for s in seen} == set(Phase) - {Phase.CANCELLED}
    assert {s.who.role for s in seen} == {*(who.role for who in STAFF), Role.EXPERT, Role.PUBLIC}
    for role in (Role.OPERATOR, Role.SUPERVISOR, Role.TENDEREE, Role.EXPERT):
        assert {s.phase for s in seen if s.who.role is role and s.status == 200} == set(ORDER)
    pressed = [s.status for s in seen if s.asked[0] == POST]
    assert len(pressed) > 12
    assert {200 <= status < 300 for status in pressed} == {False}
    assert max(s.status for each in worlds.values() for s in each.seen) < 500


def test_two_bidders_swapped_make_no_difference_before_the_reveal(worlds: dict[str, World]) -> None:
    """Who wrote which bid shows to nobody before it is revealed, and never to those who may never know."""
    assert differing(worlds, "bidders", MAP) == []


def test_another_person_in_a_members_place_makes_no_difference(worlds: dict[str, World]) -> None:
    """Who sits shows to nobody before the archive, to experts only as their own task, and in no public bundle."""
    assert differing(worlds, "person", PERSON) == []
    one, other = (worlds[name].bundles[BundleKind.PUBLIC] for name in ("plain", "person"))
    assert plain(one) == plain(other)


def test_a_changed_score_makes_no_difference_before_the_close(worlds: dict[str, World]) -> None:
    """A sheet of three points less looks like any other to all until the close, to the centre until the reveal."""
    assert differing(worlds, "score", SCORE) == []


def test_the_worlds_do_differ(worlds: dict[str, World]) -> None:
    """The changes took place: another report for bidders and score, another person drawn."""
    for name in ("bidders", "score"):
        one, other = (plain(worlds[each].bundles[BundleKind.FULL]) for each in ("plain", name))
        assert one != other
    assert worlds["plain"].drawn != worlds["person"].drawn


@pytest.mark.parametrize(
    "change",
    [
        {"status": 404},
        {"head": "x: y"},
        {"body": "甲"},
        {"body": "expert-1 a"},
        {"asked": (GET, "/x", "html")},
    ],
)
def test_the_comparison_can_see(worlds: dict[str, World], change: dict[str, Any]) -> None:
    """Another status, header, text or length differs; another digest of the same length does not."""
    one = replace(worlds["plain"].seen[0], body="乙")
    assert alike(one) != alike(replace(one, **change))
    digests = (replace(one, body=f"<code>{digit * 64}</code>") for digit in "ab")
    assert len({alike(each) for each in digests}) == 1
