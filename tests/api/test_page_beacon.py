"""A draw that waits for a beacon, on the pages: what it waits for, the pulse by hand, the supervisor's signature."""

from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from api.demo.people import OPERATOR
from api.pulses import pulses_at
from api.services import drawing
from scheduler.beacon import missed_from
from scheduler.model import Role
from tests.beacons import signed, wait_for_pulse, with_beacon
from tests.browsing import TOKEN, browser, open_accounts
from tests.town import LOT, Town


@pytest.fixture
def town(new_town: Town) -> Town:
    """A lottery that is committed and names a pulse nobody can fetch."""
    town = with_beacon(new_town, online=False)
    town.book()
    town.prepare()
    drawing.fix(town.office, OPERATOR, LOT)
    open_accounts(town)
    return town


def test_operator_and_supervisor_read_what_the_draw_waits_for(town: Town) -> None:
    """Beacon, number and moment; after the draw there is nothing to wait for."""
    pulse = town.state.rounds[0].pulse
    for role, page in (
        (Role.OPERATOR, f"/operator/lots/{LOT}"),
        (Role.SUPERVISOR, f"/supervisor/lots/{LOT}"),
    ):
        assert f"town-beacon 的第 {pulse} 个脉冲" in browser(town, role).get(page).text
    wait_for_pulse(town)
    operator = browser(town, Role.OPERATOR)
    press, text = f"/operator/lots/{LOT}/press/pulse", signed(town.state.beacon, pulse).decode()
    refused = operator.post(press, data={"csrf": TOKEN, "text": text.replace("town-beacon", "x")})
    assert refused.status_code == 409
    assert "不是所写明的信标签名的脉冲" in refused.text
    assert operator.post(press, data={"csrf": TOKEN, "text": text}).status_code == 303
    assert "等候信标" not in operator.get(f"/operator/lots/{LOT}").text
    assert operator.post(f"/operator/lots/{LOT}/draw", data={"csrf": TOKEN}).status_code == 303
    assert town.state.rounds[0].ticket


def test_the_supervisor_signs_that_no_pulse_came(town: Town) -> None:
    """Too early it is refused in words; afterwards the page names the later pulse."""
    supervisor = browser(town, Role.SUPERVISOR)
    press, form = f"/supervisor/lots/{LOT}/press/pulse-missed", {"csrf": TOKEN, "text": "信标停机"}
    early = supervisor.post(press, data=form)
    assert early.status_code == 409
    assert "等候信标" in early.text
    town.clock.move(missed_from(town.state.beacon, town.state.rounds[0].pulse))
    assert supervisor.post(press, data=form).status_code == 303
    assert f"的第 {town.state.rounds[0].pulse} 个脉冲" in supervisor.get(f"/supervisor/lots/{LOT}").text


class _Beacon(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        there = self.path == "/pulses/7"
        self.send_response(200 if there else 404)
        self.end_headers()
        self.wfile.write(b"{}" if there else b"")

    def log_message(self, *_: object) -> None:
        """Silence."""


def test_a_pulse_is_fetched_by_its_number_and_its_absence_is_no_error() -> None:
    """There: its bytes, unread; not there, or nobody at that address: None."""
    server = HTTPServer(("127.0.0.1", 0), _Beacon)
    Thread(target=server.serve_forever, daemon=True).start()
    fetch = pulses_at(f"http://127.0.0.1:{server.server_port}/pulses")
    assert (fetch(7), fetch(8)) == (b"{}", None)
    server.shutdown()
    server.server_close()
    assert fetch(7) is None
