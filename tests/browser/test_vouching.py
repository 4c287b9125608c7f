"""An expert signs in a real Chromium: what the page seals the house opens, and no key leaves the browser."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from api.services.arriving import announced
from crypto.keys import fingerprint, sealing_key
from fixtures.invented import expert_key
from scheduler.events import Member
from scheduler.model import Role
from scheduler.state import Sitting
from scheduler.vouching import Invited, Says, open_answer, open_certificate
from tests.chromium import Visit, one_click
from tests.signing import SigningTown, found
from tests.tale import fresh

AT = datetime(2026, 12, 1, 1, 2, 3, 400_000, tzinfo=UTC)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[SigningTown]:
    """Drawn; the first expert, whose key is enrolled, and the second have one-click logins."""
    with fresh(tmp_path, found=found) as town:
        town.drawn()
        one_click(town, Role.EXPERT, expert=town.person(first(town).member).expert)
        yield town


def first(town: SigningTown) -> Sitting:
    """The expert with the browser."""
    return town.state.experts()[0]


def test_what_the_page_signs_and_seals_the_house_opens(visit: Visit) -> None:
    """Statements, labels, places and fingerprint are those of scheduler/vouching.py and crypto/keys.py."""
    experts, member = sealing_key(b"e" * 32), Member("P-AAAAAAAAAAAAAAAA")
    device = expert_key("device").public.hex()
    public, mark, answer, certificate = visit().evaluate(
        """async ([evaluation, member, at, device]) => {
            const { makeLongTerm, fingerprint, vouchAnswer, certify } = await import("/static/vouch.js");
            const own = await makeLongTerm();
            const asked = { evaluation, member, round: 3 };
            return [own.public, await fingerprint(own.public),
              await vouchAnswer(own, asked, "decline", at), await certify(own, asked, device)];
        }""",
        [experts.public.hex(), member, AT.isoformat(), device],
    )
    assert mark == fingerprint(bytes.fromhex(public))
    asked = Invited(experts=experts.public, round=3, member=member)
    proof = open_answer(experts.private, bytes.fromhex(answer), asked, Says.DECLINE)
    assert (proof.public.hex(), proof.at) == (public, AT)
    sealed = bytes.fromhex(certificate)
    assert open_certificate(experts.private, sealed, member, bytes.fromhex(device)).public.hex() == public


def test_an_expert_answers_and_announces_with_the_own_key(visit: Visit, town: SigningTown) -> None:
    """One press accepts, signed; one press announces the device, certified; what is sent holds no key."""
    page = visit("expert")
    key = expert_key(town.person(first(town).member).expert)
    expect(page.locator("[data-fingerprint]")).to_have_text(fingerprint(key.public))
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    expect(page.locator("[data-when=signs]")).to_be_visible()
    page.get_by_role("button", name="接受任务").click()
    page.get_by_role("link", name="到场登记与评分").click()
    expect(page.locator("[data-when=certified]")).to_be_visible()
    page.get_by_role("button", name="我到了：登记这台设备").click()
    expect(page.locator("[data-when=waits]")).to_be_visible()
    assert first(town).accepted
    (arrival,) = announced(town.office, town.state).values()
    assert re.fullmatch("[0-9a-f]{2000,}", arrival.certificate)
    assert key.public.hex() not in "".join(sent)


def test_a_browser_without_the_key_says_so(visit: Visit, town: SigningTown) -> None:
    """Not a demonstration's login: the page tells before anything is sent that the answer would be refused."""
    page = visit("expert")

    def real(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("data-demo-key", "data-nothing"))

    page.route("**/expert", real)
    page.reload()
    expect(page.locator("[data-when=missing]")).to_be_visible()
    page.get_by_role("button", name="在本设备生成密钥").click()
    expect(page.locator("[data-fingerprint]")).to_have_text(re.compile("([a-z2-7]{4}-){7}[a-z2-7]{4}"))
