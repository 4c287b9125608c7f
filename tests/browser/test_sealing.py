"""A member scores in a real Chromium: key, signature and envelope are made in the page, and no score leaves it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from api.actor import Actor
from api.demo.people import OPERATOR, site_staff
from api.services import arriving, attending, closing, opening
from crypto.keys import sealing_key
from scheduler.model import Role
from scheduler.places import sheet_context
from scheduler.sheet import open_sheet
from tests.chromium import Visit, one_click
from tests.tale import fresh
from tests.town import NINE, Town

VECTORS = json.loads(
    (Path(__file__).parents[2] / "fixtures/vectors/hpke_rfc9180_x25519_base.json").read_text("utf-8")
)
(KNOWN,) = [each for each in VECTORS if (each["mode"], each["kdf_id"], each["aead_id"]) == (0, 1, 2)]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A town whose bids are open; the first member has the one-click login."""
    with fresh(tmp_path) as town:
        town.drawn()
        town.accept_all()
        town.open_bids()
        one_click(town, Role.EXPERT, expert=me(town).expert)
        yield town


def me(town: Town) -> Actor:
    """The member with the browser."""
    return town.person(town.state.experts()[0].member)


def arrive(town: Town, page: Page) -> None:
    """The page announces its key and the gate confirms the code; everybody else has a device of the town."""
    member = town.state.experts()[0].member
    page.goto(f"/expert/tasks/{member}/sheet")
    page.get_by_role("button", name="我到了").click()
    expect(page.get_by_text("这台设备已登记")).to_be_visible()
    code = page.locator("[data-code-of-device]").inner_text()
    expect(page.locator("[data-own]")).to_have_text(re.compile("[0-9a-f]{64}"))
    town.clock.move(NINE.replace(hour=0, minute=35))
    site = attending.site_of(town.office, town.lot, member)
    arriving.admit(town.office, site_staff(site), town.lot, me(town).expert, code)
    town.arrive_all()
    opening.blind(town.office, OPERATOR, town.lot)


def test_the_pages_hpke_gives_the_answers_of_rfc_9180(visit: Visit) -> None:
    """Base mode, X25519, HKDF-SHA256, AES-256-GCM: encapsulation and first ciphertext of the standard's vector."""
    first = KNOWN["encryptions"][0]
    found = visit().evaluate(
        """async ([known, first]) => {
            const { hpke, hex, unhex } = await import("/static/seal.js");
            const wrapped = unhex("302e020100300506032b656e04220420" + known.skEm);
            const way = { name: "X25519" };
            const privateKey = await crypto.subtle.importKey("pkcs8", wrapped, way, false, ["deriveBits"]);
            const publicKey = await crypto.subtle.importKey("raw", unhex(known.pkEm), way, true, []);
            const made = await hpke(unhex(known.pkRm), unhex(known.info), unhex(first.pt),
              { privateKey, publicKey }, unhex(first.aad));
            return [hex(made.enc), hex(made.sealed)];
        }""",
        [KNOWN, first],
    )
    assert found == [KNOWN["enc"], first["ct"]]


def test_what_the_page_seals_the_house_opens(visit: Visit) -> None:
    """The page's canonical bytes, frames, signature, padding, mark and commitment are those of the house."""
    key = sealing_key(b"s" * 32)
    sheet = {
        "lines": [{"code": "K7Q-2MD-4", "criterion": '技术"方案"', "score": "7.5"}],
        "lot": "标段-01",
        "member": "E-1",
        "previous": None,
        "version": 3,
    }
    public, envelope, commitment = visit().evaluate(
        """async ([sheet, scoreKey]) => {
            const { sealSheet, fresh, hex, unhex } = await import("/static/seal.js");
            const pair = await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
            const salt = new Uint8Array(32).fill(7);
            const made = await sealSheet(sheet, pair.privateKey, unhex(scoreKey), salt, await fresh());
            const own = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
            return [hex(own), made.envelope, made.commitment];
        }""",
        [sheet, key.public.hex()],
    )
    place = sheet_context("标段-01", "E-1", 3)
    opened = open_sheet(
        key.private, bytes.fromhex(envelope), place, bytes.fromhex(public), bytes.fromhex(commitment)
    )
    assert [str(line.score) for line in opened.lines] == ["7.5"]


def test_a_member_scores_in_the_browser_and_no_score_leaves_it(visit: Visit, town: Town) -> None:
    """Key at the gate, two versions of the sheet, the receipt; after the close the second one counts."""
    page = visit("expert")
    arrive(town, page)
    member = town.state.experts()[0].member
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    for version, mark in enumerate(("3.5", "4.5"), 1):
        page.goto(f"/expert/tasks/{member}/sheet")
        for field in page.locator("[data-code]").all():
            field.fill(mark)
        page.get_by_role("button", name="签名、密封并提交").dblclick()  # in a hurry: sealed and sent once
        expect(page.get_by_text(f"第 {version} 版")).to_be_visible()
        expect(page.get_by_text("与本机密封的一致")).to_be_visible()
    posted = [body for body in sent if body]
    assert len(posted) == 2
    assert not any(mark in body for body in posted for mark in ("3.5", "4.5"))
    for sitting in town.state.current():
        if sitting.member != member:
            town.score(sitting.member)
    closing.close(town.office, OPERATOR, town.lot)
    assert closing.total(town.office, OPERATOR, town.lot).totals


def test_another_device_than_the_one_at_the_gate_is_told_so(visit: Visit, town: Town) -> None:
    """A fresh browser has another key: it says so and hands nothing in."""
    arrive(town, visit("expert"))
    other = visit("expert")
    other.goto(f"/expert/tasks/{town.state.experts()[0].member}/sheet")
    expect(other.get_by_text("签到登记的不是这台设备的密钥")).to_be_visible()
    expect(other.get_by_role("button", name="签名、密封并提交")).to_be_disabled()


def test_a_browser_that_cannot_sign_says_so_and_sends_nothing(visit: Visit, town: Town) -> None:
    """No Ed25519: one clear sentence, no form that works, never a sheet in clear."""
    page = visit("expert")
    arrive(town, page)
    page.add_init_script("crypto.subtle.generateKey = () => Promise.reject(new Error('unsupported'));")
    page.evaluate("indexedDB.deleteDatabase('yuanping')")
    page.goto(f"/expert/tasks/{town.state.experts()[0].member}/sheet")
    expect(page.get_by_text("这个浏览器不能在本机签名和密封")).to_be_visible()
    expect(page.get_by_role("button", name="签名、密封并提交")).to_be_disabled()
