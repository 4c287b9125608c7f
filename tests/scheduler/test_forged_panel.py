"""What can somebody with the keys forge about how a panel came about: steps, pools, letters, appointments, chair?"""

import copy
from collections.abc import Callable
from dataclasses import replace

import pytest

from api.demo.people import OPERATOR, SUPERVISOR, tenderee_of
from api.services import (
    appointing,
    attending,
    booking,
    chairing,
    closing,
    drawing,
    opening,
    relaxing,
    revealing,
    ticking,
)
from api.services.importing import apply_import
from crypto.keys import SigningKey
from scheduler.audit import verify
from scheduler.audit.case import Outcome, Pins
from scheduler.bundle import BundleKind
from scheduler.codec import from_plain
from scheduler.exhibits import Snapshot
from scheduler.model import RegionCode, Seats, SpecialityCode
from scheduler.records import Registers
from scheduler.snapshot import pool_root
from tests.forge import Forgery, Record
from tests.tale import fresh
from tests.town import TENDEREE, Town, expert_number, keyring, order, register

LOG = keyring().log
CUSTODIANS: dict[str, SigningKey] = {each.name: each.sign for each in keyring().custodians}
FIRST, OTHER = SpecialityCode("A060101"), SpecialityCode("A060102")
CONSENT = appointing.Consent(ground="special", authority="省发展改革委", reference="〔2026〕18 号")


def knows(n: int) -> tuple[SpecialityCode, ...]:
    """Five know one code, two another, the rest what lies beside them."""
    code = FIRST if n in (1, 4, 5, 7, 10) else OTHER if n in (2, 13) else "A060103"
    return (SpecialityCode(code),)


def book(town: Town) -> None:
    """Three seats of one code and one of another, without the caps of place."""
    experts = tuple(replace(e, specialities=knows(n)) for n, e in enumerate(register().experts, 1))
    with town.office.db.transaction() as session:
        apply_import(session, Registers(experts=experts), key=town.office.keys.personal)
    entries = tuple(e for e in town.office.pack.entries if e.rule not in ("L3", "L4", "L5"))
    town.office = replace(town.office, pack=replace(town.office.pack, entries=entries))
    guests = tuple(replace(guest, seats=4) for guest in order().guests)
    seats = (Seats(speciality=FIRST, count=3), Seats(speciality=OTHER, count=1))
    asked = order(seats=seats, guests=guests, host_seats=4, region=RegionCode("340104"))
    booking.book(town.office, OPERATOR, asked)


def tell(town: Town) -> None:
    """One appointed, three drawn, some decline until nobody is left, a step is signed, a chair elected, a report."""
    office, lot = town.office, town.lot
    town.prepare()
    appointing.approve(office, SUPERVISOR, lot, CONSENT, (0, 1))
    appointing.appoint(office, tenderee_of(TENDEREE.code), lot, expert_number(2), OTHER)
    town.round()
    while not town.state.stuck:
        leaving = next(m.member for m in town.state.experts() if not m.appointed)
        attending.decline(office, town.person(leaving), lot)
        ticking.tick(office)
    relaxing.ask(office, OPERATOR, lot, "本专业无人可抽")
    relaxing.sign(office, SUPERVISOR, lot, "同意")
    drawing.freeze(office, OPERATOR, lot)
    ticking.tick(office)
    town.accept_all()
    town.open_bids()
    town.arrive_all()
    members = [m.member for m in town.state.experts()]
    for member in members[:3]:
        chairing.vote(office, town.person(member), lot, members[0])
    opening.blind(office, OPERATOR, lot)
    town.score_all()
    closing.close(office, OPERATOR, lot)
    closing.total(office, OPERATOR, lot)
    revealing.reveal(office, OPERATOR, lot)
    revealing.report(office, OPERATOR, lot)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[BundleKind, bytes]:
    """Both bundles of that evaluation."""
    with fresh(tmp_path_factory.mktemp("panel")) as town:
        book(town)
        tell(town)
        return {kind: town.bundle(kind) for kind in BundleKind}


def broken(data: bytes) -> list[int]:
    """The numbers of the steps that are broken."""
    return [f.n for f in verify(data, Pins(log=LOG.public)).findings if f.state is Outcome.BROKEN]


def entry(f: Forgery, kind: str) -> Record:
    """The first entry of a kind."""
    return next(each for each in f.entries if each["event"] == kind)


def _signed_by_another(f: Forgery) -> None:
    entry(f, "Relaxed")["role"] = "tenderee"


def _another_step(f: Forgery) -> None:
    for kind in ("RelaxAsked", "Relaxed"):
        f.event(kind)["step"] = "D4-employer"


def _wider_than_signed(f: Forgery) -> None:
    def to(body: Record) -> Record:
        body["seats"][0]["speciality"] = "A06"
        return body

    f.change("request", to, which=1)


def _relaxed_from_the_start(f: Forgery) -> None:
    f.change("request", lambda body: body | {"relaxed": ["D4-city"]})


def _dropped_by_the_second_freeze(f: Forgery) -> None:
    def to(body: Record) -> Record:
        first = {leaf["expert"]["id"] for leaf in f.exhibit("pool")["body"]["leaves"]}
        gone = next(leaf for leaf in body["leaves"] if leaf["expert"]["id"] in first)
        body["leaves"].remove(gone)
        return body

    f.change("pool", to, which=1)
    frozen = f.event("PoolFrozen", 1)
    left = from_plain(Snapshot, f.exhibit("pool", 1)["body"]).leaves
    frozen["root"], frozen["size"] = pool_root(left), len(left)


def _no_letter(f: Forgery) -> None:
    f.entries.remove(entry(f, "Authorised"))
    f.exhibits.remove(f.exhibit("authorisation"))


def _approved_by_another(f: Forgery) -> None:
    entry(f, "AppointmentApproved")["role"] = "pool"


def _never_approved(f: Forgery) -> None:
    f.entries.remove(entry(f, "AppointmentApproved"))
    f.exhibits.remove(f.exhibit("approval"))


def _appointed_from_outside(f: Forgery) -> None:
    f.event("Appointed")["members"][0]["member"] = "P-AAAAAAAAAAAAAAAA"


def _another_chair(f: Forgery) -> None:
    f.event("Chaired")["chair"] = f.event("ChairVoted", 1)["member"]


def _silent_report(f: Forgery) -> None:
    f.change("report", lambda body: body | {"remarks": body["remarks"][:-2]})


ATTACKS: dict[Callable[[Forgery], None], int] = {
    _signed_by_another: 5,
    _another_step: 9,
    _wider_than_signed: 9,
    _relaxed_from_the_start: 9,
    _dropped_by_the_second_freeze: 7,
    _no_letter: 9,
    _approved_by_another: 5,
    _never_approved: 3,
    _appointed_from_outside: 9,
    _another_chair: 3,
    _silent_report: 17,
}


def test_the_evaluation_itself_holds_and_remarks_on_all_of_it(files: dict[BundleKind, bytes]) -> None:
    """Scarcity, the step, the appointment and the chair stand in the report of both bundles."""
    assert {kind: broken(data) for kind, data in files.items()} == {kind: [] for kind in BundleKind}
    for data in files.values():
        remarks = Forgery.of(data).exhibit("report")["body"]["remarks"]
        assert [each["rule"] for each in remarks] == ["D8", "D4-parent", "D2", "C11"]


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_every_forgery_about_the_panel_is_found(
    files: dict[BundleKind, bytes], attack: Callable[[Forgery], None]
) -> None:
    """Hashed and signed anew with the log key and the custodians' keys, it breaks the step that is about it."""
    forgery = copy.deepcopy(Forgery.of(files[BundleKind.FULL]))
    attack(forgery)
    assert ATTACKS[attack] in broken(forgery.signed(LOG, CUSTODIANS))


@pytest.mark.parametrize(
    "attack", [_signed_by_another, _approved_by_another, _never_approved, _another_chair]
)
def test_what_the_journal_tells_is_found_in_the_public_bundle_too(
    files: dict[BundleKind, bytes], attack: Callable[[Forgery], None]
) -> None:
    """Signers, approvals and votes need no secret exhibit to be checked."""
    forgery = copy.deepcopy(Forgery.of(files[BundleKind.PUBLIC]))
    attack(forgery)
    assert ATTACKS[attack] in broken(forgery.signed(LOG, CUSTODIANS))
