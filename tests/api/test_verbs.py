"""Who may use which verb, and what happens when two use it at once?"""

import functools
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from api.actor import SYSTEM, Actor
from api.demo.people import OPERATOR, SUPERVISOR
from api.services import (
    appointing,
    attending,
    auditing,
    authorising,
    booking,
    chairing,
    closing,
    drawing,
    opening,
    recusing,
    relaxing,
    revealing,
    scoring,
)
from api.services.office import Office
from api.store.db import Database
from scheduler.bundle import BundleKind
from scheduler.errors import Refused
from scheduler.events import Member, Out
from scheduler.model import LotId, Role
from scheduler.state import State
from tests.town import LOT, NINE, Town, bidder, found, order, package

MINUTE = timedelta(minutes=1)
PAPER = appointing.Consent(ground="complex", authority="省发展改革委", reference="〔2026〕18 号")


@pytest.fixture
def town(database: Database) -> Town:
    """A town with its lot booked."""
    town = found(database)
    town.book()
    return town


VERBS: dict[str, tuple[Callable[..., object], tuple[object, ...], set[Role]]] = {
    "book": (booking.book, (), {Role.OPERATOR}),
    "freeze": (drawing.freeze, (), {Role.OPERATOR, Role.POOL}),
    "pledge": (drawing.pledge, ([],), {Role.OPERATOR, Role.TENDEREE, Role.SUPERVISOR}),
    "fix": (drawing.fix, (), {Role.OPERATOR, Role.SYSTEM}),
    "draw": (drawing.draw, (), {Role.OPERATOR, Role.SYSTEM}),
    "accept": (attending.accept, (), {Role.EXPERT}),
    "decline": (attending.decline, (), {Role.EXPERT}),
    "miss": (attending.miss, (Member("P-X"), Out.ABSENT), {Role.SYSTEM, Role.SITE}),
    "check in": (attending.check_in, ("INV-000001", bytes(32)), {Role.SITE}),
    "open": (opening.open_bids, (package(bidder(1)),), {Role.OPERATOR}),
    "blind": (opening.blind, (), {Role.OPERATOR, Role.SYSTEM}),
    "desk": (scoring.desk, (), {Role.EXPERT, Role.OWNER}),
    "submit": (scoring.submit, (b"", b""), {Role.EXPERT, Role.OWNER}),
    "close": (closing.close, (), {Role.OPERATOR, Role.SYSTEM}),
    "total": (closing.total, (), {Role.OPERATOR, Role.SYSTEM}),
    "reveal": (revealing.reveal, (), {Role.OPERATOR, Role.SYSTEM}),
    "report": (revealing.report, (), {Role.OPERATOR}),
    "archive": (revealing.archive, ("",), {Role.OPERATOR}),
    "ask for a step": (relaxing.ask, ("",), {Role.OPERATOR}),
    "sign a step": (relaxing.sign, ("",), {Role.SUPERVISOR, Role.TENDEREE, Role.POOL}),
    "deny a step": (relaxing.deny, ("",), {Role.SUPERVISOR, Role.TENDEREE, Role.POOL}),
    "approve": (appointing.approve, (PAPER, (0, 1)), {Role.SUPERVISOR}),
    "appoint": (appointing.appoint, ("INV-000001", "A0601"), {Role.TENDEREE}),
    "authorise": (authorising.authorise, ("owner-1", ("", "")), {Role.TENDEREE}),
    "vote": (chairing.vote, (Member("P-X"),), {Role.EXPERT, Role.OWNER}),
    "name the chair": (chairing.name, (Member("P-X"),), {Role.TENDEREE}),
    "declare": (recusing.declare, (), {Role.EXPERT, Role.OWNER}),
    "withdraw": (recusing.withdraw, ("",), {Role.EXPERT}),
    "file an application": (recusing.appeal, ("", ("", "")), {Role.OPERATOR, Role.POOL}),
    "answer an application": (functools.partial(recusing.reply, admits=True), ("",), {Role.EXPERT}),
    "decide an application": (recusing.decide, ("00" * 32, (True, "")), {Role.SUPERVISOR}),
    "full export": (auditing.export, (BundleKind.FULL,), {Role.SUPERVISOR}),
    "public export": (
        auditing.export,
        (BundleKind.PUBLIC,),
        {Role.SUPERVISOR, Role.OPERATOR, Role.PUBLIC},
    ),
}


def test_every_verb_knows_its_roles(town: Town) -> None:
    """Every role that is not named for a verb is refused as a role, whatever the phase."""
    for verb, (call, arguments, allowed) in VERBS.items():
        first = order() if verb == "book" else town.lot
        for role in set(Role) - allowed:
            actor = Actor(id="somebody", role=role, expert="INV-000001", site="S-HOST")
            with pytest.raises(Refused) as refusal:
                call(town.office, actor, first, *arguments)
            assert refusal.value.code == "role", (verb, role)


def test_a_site_cannot_say_silent(town: Town) -> None:
    """Whether somebody answered is the clock's to know, not the gate's."""
    gate = Actor(id="site", role=Role.SITE, site="S-HOST")
    with pytest.raises(Refused, match="role"):
        attending.miss(town.office, gate, town.lot, Member("P-X"), Out.SILENT)


def test_an_unknown_lot_is_nobodys(town: Town) -> None:
    """A lot that was never booked is refused as unknown, not as a fault of ours."""
    nowhere = LotId("NOWHERE")
    for verb in (drawing.freeze, drawing.fix, closing.close, revealing.report):
        with pytest.raises(Refused, match="unknown_lot"):
            verb(town.office, OPERATOR, nowhere)
    with pytest.raises(Refused, match="unknown_lot"):
        auditing.export(town.office, SUPERVISOR, nowhere, BundleKind.FULL)


def test_the_gate_marks_absent_only_its_own_people(town: Town) -> None:
    """The staff of one site cannot throw a member of another site off the panel."""
    town.prepare()
    town.round()
    town.accept_all()
    member = town.state.experts()[0].member
    here = attending.site_of(town.office, LOT, member)
    gate = Actor(
        id="other", role=Role.SITE, site=next(s for s in ("S-HOST", "S-EAST", "S-WEST") if s != here)
    )
    with pytest.raises(Refused, match="not_expected"):
        attending.miss(town.office, gate, LOT, member, Out.ABSENT)


def test_the_gate_waits_before_it_says_absent(town: Town) -> None:
    """Nobody is absent before the waiting time after the start is over, whatever the gate says."""
    town.prepare()
    town.round()
    town.accept_all()
    town.open_bids()
    member = town.state.experts()[0].member
    gate = Actor(id="gate", role=Role.SITE, site=attending.site_of(town.office, LOT, member))
    town.clock.move(NINE + 14 * MINUTE)
    with pytest.raises(Refused, match="absent_early"):
        attending.miss(town.office, gate, LOT, member, Out.ABSENT)
    town.clock.move(NINE + 15 * MINUTE)
    assert attending.miss(town.office, gate, LOT, member, Out.ABSENT).left()[0].member == member


def together(office: Office, verb: Callable[[Office], object]) -> list[object]:
    """Two people do the same at once: neither records before both have read."""
    meet, real, found = threading.Barrier(2, timeout=20), office.now, []

    def now() -> object:
        meet.wait()
        return real()

    def go() -> None:
        try:
            found.append(verb(replace(office, now=now)))  # type: ignore[arg-type]  # a clock that waits
        except Refused as refusal:
            found.append(refusal.code)

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.parametrize("verb", [drawing.fix, drawing.draw])
def test_two_people_draw_at_once(town: Town, verb: Callable[..., State]) -> None:
    """Of two clicks at the same moment one makes the draw, and the other is told that the case moved on."""
    town.prepare()
    if verb is drawing.draw:
        drawing.fix(town.office, OPERATOR, LOT)
    before = town.state
    results = together(town.office, lambda office: verb(office, OPERATOR, LOT))
    assert sorted(isinstance(r, State) for r in results) == [False, True]
    assert "stale" in results
    after = town.state
    assert len(after.rounds) == 1
    drawn = 2 + len(after.experts())  # the seeds opened, the panel drawn, an invitation for each
    assert after.seq == before.seq + (drawn if verb is drawing.draw else 1)


def test_the_clock_knows_the_phases_too(town: Town) -> None:
    """The system closes by the same verb as a person, and no earlier."""
    with pytest.raises(Refused, match="phase"):
        closing.close(town.office, SYSTEM, town.lot)
