"""Text pasted from a PDF: CJK compatibility characters become plain ones, control characters are refused."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi.routing import APIRoute

from api.app import CENTRE, POOL_OWNER
from api.intake.cells import Unfit, words
from api.intake.faults import Findings
from api.intake.package import read_package
from api.pages.guard import MACHINE
from api.pages.reading import Desk
from api.store.accounts import Account, put_account
from api.store.planbook import closures
from scheduler.model import Role
from tests.browsing import TOKEN, browser, document, open_accounts
from tests.tale import fresh
from tests.town import HOST, LOT, NINE, Town, bidder, package

PASTED, PLAIN = "设备\uf90a属故障", "设备金属故障"  # the first holds a compatibility character


@pytest.fixture
def town(tmp_path) -> Iterator[Town]:
    """A drawn lot and the staff."""
    with fresh(tmp_path) as place:
        open_accounts(place)
        yield place.drawn()


FORMS = [
    (Role.OPERATOR, f"/operator/incidents/{LOT}/interrupt", {"kind": "power", "reason": PASTED}),
    (Role.OPERATOR, f"/operator/incidents/{LOT}/cancel", {"reason": PASTED}),
    (Role.OPERATOR, f"/operator/lots/{LOT}/cancel", {"reason": PASTED}),
    (
        Role.OPERATOR,
        "/operator/plan/close",
        {"site": HOST, "day": "2026-12-01", "since": "08:30", "until": "18:00", "reason": PASTED},
    ),
    (Role.OPERATOR, "/operator/book/2", {"project_name": PASTED}),
    (Role.SUPERVISOR, f"/supervisor/lots/{LOT}/extend", {"rounds": "1", "reason": PASTED}),
    (Role.SUPERVISOR, f"/supervisor/lots/{LOT}/press/glass-order", {"text": PASTED, "reference": PASTED}),
    (Role.SUPERVISOR, "/supervisor/calendar", {"year": "2027", "notice": PASTED, "days": "2027-01-01 休"}),
    (Role.ADMIN, "/packs", {"since": "2027-01-01", "text": f'name = "{PASTED}"', "name": PASTED}),
    (Role.POOL, "/pool/propose", {"expert": PASTED, "until": "2027-01-01", "reason": PASTED}),
    (Role.SITE, f"/site/lots/{LOT}/check-in", {"member": PASTED, "card": PASTED}),
]


@pytest.mark.parametrize(("role", "path", "form"), FORMS)
def test_pasted_text_is_never_a_fault_of_the_house(
    town: Town, role: Role, path: str, form: dict[str, str]
) -> None:
    """Whatever the desk makes of it, and however the form is sent."""
    answer = browser(town, role).post(path, data={"csrf": TOKEN, **form})
    assert answer.status_code < 500, answer.text
    files = {name: (None, value) for name, value in {"csrf": TOKEN, **form}.items()}
    assert browser(town, role).post(path, files=files).status_code < 500


@pytest.mark.parametrize("sign", ["\x00", "\x0c", "\x85"])
def test_control_characters_are_refused_with_a_sentence(town: Town, sign: str) -> None:
    """Before any desk sees them; so is one in an address."""
    for role, path, form in FORMS:
        spoiled = {name: value.replace(PASTED, f"a{sign}b") for name, value in form.items()}
        answer = browser(town, role).post(path, data={"csrf": TOKEN, **spoiled})
        assert (answer.status_code, "不可见" in answer.text) == (422, True)
    for address in ("/operator/lots/%00", "/operator?region=%00"):
        assert browser(town, Role.OPERATOR).get(address).status_code == 422


def test_what_is_kept_of_a_reason_is_its_plain_form(town: Town) -> None:
    """Lines and tabs stay."""
    form = {"site": HOST, "day": "2026-12-01", "since": "08:30", "until": "18:00"}
    sent = {"csrf": TOKEN, **form, "reason": f"{PASTED}\r\n\t再说"}
    assert browser(town, Role.OPERATOR).post("/operator/plan/close", data=sent).status_code == 303
    with town.office.db.reading() as session:
        (row,) = closures(session, NINE, NINE + timedelta(hours=1))
    assert row.reason == f"{PLAIN}\r\n\t再说"


def test_a_password_fits_however_its_letters_are_composed(town: Town) -> None:
    """Set at the command line, typed into the form."""
    account = Account(login="u", role=Role.OPERATOR, label="u")
    with town.office.db.transaction() as session:
        put_account(session, account, password=PASTED, salt=bytes(16))
    form = {"csrf": TOKEN, "user": "u", "password": PASTED}
    answer = browser(town, Role.OPERATOR).post("/login", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/operator")


def test_every_page_reads_what_is_typed_by_the_same_door() -> None:
    """A page added tomorrow must not read a form of its own."""
    routes = [
        route for room in (*CENTRE, *POOL_OWNER) for route in room.routes if isinstance(route, APIRoute)
    ]
    others = {route.path for route in routes if not isinstance(route, Desk)}
    assert {path for path in others if not path.startswith("/v1/")} <= set(MACHINE)


def test_a_package_of_the_platform_is_read_alike(town: Town) -> None:
    """A bidder's name with a compatibility character becomes plain; with a control character it is a fault."""
    sent = document(package(bidder(1), bidder(2), bidder(3)))
    for name, faults in ((PASTED, 0), ("a\x0cb", 1)):
        sent["bidders"][0]["name"] = name
        findings = Findings("p.json")
        read = read_package(json.dumps(sent).encode(), findings)
        assert len(findings.in_order()) == faults
        assert faults or (read is not None and read.bids[0].name == PLAIN)


def test_a_cell_of_a_file_is_read_alike() -> None:
    """A file of lots or of a register."""
    assert words(PASTED) == PLAIN
    with pytest.raises(Unfit, match="invisible"):
        words("a\x0cb")
