"""Parties deposit in a real Chromium: seeds are made and sealed in the page, and none of them leaves it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from api.demo.people import OPERATOR, SUPERVISOR, deposit, tenderee_of
from api.services import drawing
from api.services.office import open_case
from api.services.releasing import release
from crypto.envelope import Opened, unseal
from crypto.keys import sealing_key
from scheduler.deposit import deposited, mark_of
from scheduler.model import Role
from scheduler.places import deposit_context
from scheduler.release import seeds
from tests.browsing import app_of, cookie
from tests.chromium import Visit, one_click
from tests.tale import fresh
from tests.town import LOT, NINE, Town
from tests.town import TENDEREE as OWNER

PRESS = "在本机生成、密封并交存种子"
# Notes every 32 bytes that the page takes from the machine's generator.
NOTE = """
const plain = crypto.getRandomValues.bind(crypto);
window.made = JSON.parse(sessionStorage.getItem("made") ?? "[]");
crypto.getRandomValues = (room) => {
  const filled = plain(room);
  window.made.push(Array.from(filled, (b) => b.toString(16).padStart(2, "0")).join(""));
  sessionStorage.setItem("made", JSON.stringify(window.made));
  return filled;
};
"""


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """A frozen pool; one-click logins for the three parties."""
    with fresh(tmp_path) as town:
        town.book()
        drawing.freeze(town.office, OPERATOR, LOT)
        for role in (Role.OPERATOR, Role.SUPERVISOR):
            one_click(town, role)
        one_click(town, Role.TENDEREE, organisation=OWNER.code)
        yield town


def test_what_the_page_seals_is_what_the_house_would(visit: Visit) -> None:
    """Place, padding, key's mark and the mark on the receipt: the same as in Python, and it opens there."""
    key = sealing_key(b"k" * 32)
    envelope, mark = visit().evaluate(
        """async ([public]) => {
            const { sealSeed, fresh, unhex } = await import("/static/seal.js");
            const place = { lot: "标段-01", party: "tenderee", name: "seeds/3" };
            const seed = new Uint8Array(32).fill(7), salt = new Uint8Array(32).fill(8);
            const made = await sealSeed(place, unhex(public), seed, salt, await fresh());
            return [made.envelope, made.mark];
        }""",
        [key.public.hex()],
    )
    opened = unseal(key.private, bytes.fromhex(envelope), deposit_context("标段-01", "tenderee", 3))
    assert (opened.value, opened.salt) == ("07" * 32, bytes([8]) * 32)
    assert mark == mark_of(bytes.fromhex(envelope))


def test_a_party_deposits_in_the_browser_and_no_seed_leaves_it(visit: Visit, town: Town) -> None:
    """Five envelopes are sent, no byte of a seed is; the receipt is compared; the draw opens what was made here."""
    page = visit("supervisor")
    page.add_init_script(NOTE)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    page.goto(f"/supervisor/lots/{LOT}")
    page.get_by_role("button", name=PRESS).click()
    expect(page.get_by_text("回执：已记入日志 5 份密封的种子")).to_be_visible()
    expect(page.get_by_text("与本机密封的一致")).to_be_visible()
    expect(page.get_by_role("button", name=PRESS)).to_have_count(0)
    made = page.evaluate("window.made")
    posted = [body for body in sent if "deposit=" in body]
    assert len(posted) == 1
    assert len(made) == 10  # a seed and a salt for every round
    assert not any(text in body for text in made for body in sent)
    (form,) = (json.loads(text) for text in parse_qs(posted[0])["deposit"])
    assert [mark_of(bytes.fromhex(row["envelope"])) for row in form["deposits"]] == [
        each.mark for each in deposited(town.state, "supervisor")
    ]
    deposit(town.office, tenderee_of(OWNER.code), LOT)
    deposit(town.office, OPERATOR, LOT)
    town.clock.move(NINE - timedelta(hours=20))
    assert opened_first(town).value in made


def opened_first(town: Town) -> Opened:
    """The supervisor's seed of the first round, once its lottery is fixed."""
    drawing.fix(town.office, OPERATOR, LOT)
    private = release(open_case(town.office, LOT), seeds(1)).private
    envelope = bytes.fromhex(dict(town.state.pledges)["supervisor"][0])
    return unseal(private, envelope, deposit_context(LOT, "supervisor", 1))


@pytest.mark.parametrize(("role", "path"), [("tenderee", "/tenderee"), ("operator", f"/operator/lots/{LOT}")])
def test_tenderee_and_centre_deposit_the_same_way(visit: Visit, town: Town, role: str, path: str) -> None:
    """Each on its own page, with its own receipt."""
    page = visit()
    address = page.url.rstrip("/")
    signed = cookie(app_of(town), Role(role))
    page.context.add_cookies([{"name": "yuanping", "value": signed, "url": address}])
    page.goto(path)
    page.get_by_role("button", name=PRESS).click()
    expect(page.get_by_text("与本机密封的一致")).to_be_visible()
    assert len(deposited(town.state, role)) == 5


def test_another_device_says_that_it_sealed_none_and_an_exchanged_seed_shows(
    visit: Visit, town: Town
) -> None:
    """A device without memory asks to compare elsewhere; one that sealed something else warns."""
    first = visit("supervisor")
    first.goto(f"/supervisor/lots/{LOT}")
    # sealed here, and never arrived: "no content" leaves the page, an aborted post would show an error page later
    first.route("**/deposit", lambda route: route.fulfill(status=204))
    with first.expect_response("**/deposit"):
        first.get_by_role("button", name=PRESS).click()
    deposit(town.office, SUPERVISOR, LOT)  # somebody else's seeds stand in its place
    first.goto(f"/supervisor/lots/{LOT}")
    expect(first.get_by_text("与本机密封的不一致")).to_be_visible()
    other = visit("supervisor")
    other.goto(f"/supervisor/lots/{LOT}")
    expect(other.get_by_text("不全是在这台设备上密封的")).to_be_visible()


def test_a_browser_that_cannot_seal_says_so_and_sends_nothing(visit: Visit, town: Town) -> None:
    """No X25519: one clear sentence, a button that does nothing, never a seed in clear; the file's way stays."""
    page = visit("supervisor")
    page.add_init_script("crypto.subtle.generateKey = () => Promise.reject(new Error('unsupported'));")
    page.goto(f"/supervisor/lots/{LOT}")
    expect(page.get_by_text("这个浏览器不能在本机生成和密封种子")).to_be_visible()
    expect(page.get_by_role("button", name=PRESS)).to_be_disabled()
    page.get_by_text("用自己机器上的命令交存").click()
    expect(page.get_by_role("link", name="待封清单")).to_be_visible()
    assert town.state.pledges == ()
