"""S8, second half: with a case number, two persons and t custodians one envelope opens, and everybody can tell."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from api.actor import Actor
from api.demo.people import OPERATOR, SUPERVISOR
from api.services import auditing, closing, glass, revealing
from api.services.auditing import trust_of
from api.services.glass import Cause
from api.store import journal
from scheduler.audit import verify
from scheduler.audit.case import Outcome
from scheduler.audit.command import GLASS, as_json, as_text, read_trust
from scheduler.bundle import BundleKind
from scheduler.errors import Refused
from scheduler.events import GlassRefused
from scheduler.exhibits import GlassOpening, GlassOrder
from scheduler.model import Role
from scheduler.packshape import AfterGlass
from scheduler.sight import Datum, may_see
from scheduler.state import ORDER
from tests.forge import Forgery
from tests.town import keyring

BUNDLES = Path(__file__).parents[2] / "fixtures" / "bundles"
SECOND = Actor(id="supervisor-2", role=Role.SUPERVISOR)
ADMIN = Actor(id="admin", role=Role.ADMIN)
CAUSE = Cause(case_number="〔2026〕监字 17 号", reason="举报该份投标与评委事先约定暗记")


def refusals(town) -> list[tuple[str, str]]:
    """Who was refused, with which code, as the journal has it."""
    with town.office.db.reading() as session:
        entries = [entry for entry, _ in journal.history(session, town.lot)]
    return [(each.actor, each.event.code) for each in entries if isinstance(each.event, GlassRefused)]


def opened_early(town):
    """To a broken glass in the middle of scoring."""
    town.drawn().blinded()
    town.score_all()
    glass.order(town.office, SUPERVISOR, town.lot, 1, CAUSE)
    glass.confirm(town.office, SECOND, town.lot)
    glass.open_by_order(town.office, SUPERVISOR, town.lot)
    return town


def test_without_cause_or_office_nothing_is_even_ordered_and_each_attempt_is_on_record(town):
    """No case number, no reason, an administrator, an operator: refused, logged, scoring undisturbed."""
    town.drawn().blinded()
    for actor, cause, code in (
        (SUPERVISOR, replace(CAUSE, case_number="  "), "glass_case"),
        (SUPERVISOR, replace(CAUSE, reason="要看"), "glass_reason"),
        (ADMIN, CAUSE, "role"),
        (OPERATOR, CAUSE, "role"),
    ):
        with pytest.raises(Refused, match=code):
            glass.order(town.office, actor, town.lot, 1, cause)
    assert refusals(town) == [
        ("supervisor", "glass_case"),
        ("supervisor", "glass_reason"),
        ("admin", "role"),
        ("operator", "role"),
    ]
    town.score_all()
    closing.close(town.office, OPERATOR, town.lot)


def test_one_person_is_not_enough(town):
    """Who gave the order cannot confirm it; unconfirmed, no custodian has anything to act on."""
    town.drawn().blinded()
    glass.order(town.office, SUPERVISOR, town.lot, 1, CAUSE)
    with pytest.raises(Refused, match="glass_one_person"):
        glass.confirm(town.office, SUPERVISOR, town.lot)
    with pytest.raises(Refused, match="glass_unconfirmed"):
        glass.open_by_order(town.office, SUPERVISOR, town.lot)
    assert not town.state.suspended
    assert refusals(town) == [("supervisor", "glass_one_person")]


def test_one_custodian_is_not_enough(town):
    """One of three has the order before its eyes and opens nothing."""
    town.drawn().blinded()
    glass.order(town.office, SUPERVISOR, town.lot, 1, CAUSE)
    glass.confirm(town.office, SECOND, town.lot)
    keys = town.office.keys
    alone = replace(town.office, keys=replace(keys, custodians=keys.custodians[:1]))
    with pytest.raises(Refused, match="custodians_away"):
        glass.open_by_order(alone, SUPERVISOR, town.lot)


def test_one_envelope_opens_to_the_case_file_and_the_evaluation_stands_still(town):
    """The bidder behind slot 1 and nobody else; no sheet, close or draw until it is resumed."""
    opened_early(town)
    (order,) = town.state.glass
    dossier = glass.open_case(town.office, town.lot)
    found = dossier.body(order.opening, GlassOpening)
    assert found.slot == 1
    assert found.name.startswith("隐标")
    assert dossier.body(order.order, GlassOrder).case_number == CAUSE.case_number
    assert town.state.suspended
    assert not town.state.opened_keys[1:]
    for verb in (closing.close, closing.total):
        with pytest.raises(Refused, match=r"suspended|key_too_early"):
            verb(town.office, OPERATOR, town.lot)
    with pytest.raises(Refused, match="suspended"):
        town.score_all()
    with pytest.raises(Refused, match="key_opened_before"):
        glass.open_by_order(town.office, SUPERVISOR, town.lot)
    readers = {role for role in Role if any(may_see(role, Datum.GLASS, phase) for phase in ORDER)}
    assert readers == {Role.SUPERVISOR}


def test_it_goes_on_under_new_codes_and_the_verifier_tells_and_exits_with_three(town):
    """Every sheet is written anew; the bundles hold, and say in words and status what was opened, by whom, why."""
    opened_early(town)
    before = town.state.codes
    glass.resume(town.office, OPERATOR, town.lot)
    assert town.state.codes != before
    assert not any(each.sheet for each in town.state.current())
    town.score_all()
    closing.close(town.office, OPERATOR, town.lot)
    closing.total(town.office, OPERATOR, town.lot)
    revealing.reveal(town.office, OPERATOR, town.lot)
    revealing.report(town.office, OPERATOR, town.lot)
    pins = read_trust(trust_of(town.office.keys))
    for kind in BundleKind:
        report = verify(auditing.export(town.office, SUPERVISOR, town.lot, kind), pins)
        assert not [each for each in report.findings if each.state is Outcome.BROKEN]
        assert as_json(report, chinese=False)["result"] == "break-glass"
        said = as_text(report, chinese=True)
        assert "supervisor 提出、supervisor-2 确认" in said
        assert (CAUSE.case_number in said) is (kind is BundleKind.FULL)
        assert "\x1b[31m" in as_text(report, chinese=True, colour=True)
    assert GLASS == 3


def test_a_pack_may_ask_for_a_new_panel_instead(town):
    """Then the same panel never goes on: the lot is cancelled and drawn again."""
    custody = replace(town.office.pack.custody, after_glass=AfterGlass.PANEL)
    town.office = replace(town.office, pack=replace(town.office.pack, custody=custody))
    opened_early(town)
    with pytest.raises(Refused, match="glass_new_panel"):
        glass.resume(town.office, OPERATOR, town.lot)


FORGED: dict[str, Callable[[Forgery], object]] = {
    "another bidder named": lambda f: f.change("glass-opening", lambda body: {**body, "name": "隐标09公司"}),
    "an answer of another point": lambda f: f.change(
        "glass-opening",
        lambda body: {
            **body,
            "answers": [{**a, "point": body["answers"][0]["point"]} for a in body["answers"]],
        },
    ),
    "one answer only": lambda f: f.change(
        "glass-opening", lambda body: {**body, "answers": body["answers"][:1]}
    ),
    "confirmed by who ordered it": lambda f: next(
        entry for entry in f.entries if entry["event"] == "GlassConfirmed"
    ).update(actor="supervisor"),
    "a custodian twice": lambda f: f.event("GlassBroken").update(
        releases=f.event("GlassBroken")["releases"][:1] * 2
    ),
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_break_glass_is_found(forged):
    """Even where the log signs everything anew."""
    forgery = Forgery.of((BUNDLES / "glass.full.jsonl").read_bytes())
    FORGED[forged](forgery)
    custodians = {each.name: each.sign for each in keyring().custodians}
    report = verify(
        forgery.signed(keyring().log, custodians), read_trust((BUNDLES / "trust.json").read_bytes())
    )
    assert not report.holds
