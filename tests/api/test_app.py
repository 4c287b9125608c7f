"""The web app's frame: headers, sessions, form tokens, errors and health, before any desk is asked."""

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from jinja2 import DictLoader
from starlette.testclient import TestClient

from api.app import create_app
from api.pages.frame import pens
from api.pages.setup import Setup
from api.pages.visitor import local
from api.store.db import StorageFailed, StorageFault
from api.words import Lang, catalogue
from scheduler.errors import Refused
from scheduler.model import Role

MARKER = "张三丰的工号"
DEMO = {Role.OPERATOR: "op", Role.EXPERT: "ex", Role.SUPERVISOR: "su"}
HTML = {"accept": "text/html", "accept-language": "zh-CN"}


class Shut:
    """Desks at which every question fails in the given way."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def role_of(self, user: str, password: str) -> Role | None:
        return Role.OPERATOR if password == "right" else None

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def fail(*_: Any, **__: Any) -> Any:
            raise self.error

        return fail


def client(
    error: Exception | None = None,
    demo: Mapping[Role, str] = DEMO,
    checks: Mapping[str, Callable[[], object]] | None = None,
) -> TestClient:
    """A browser without scripts before an app whose desks fail."""
    desks = Shut(error or Refused("not_found"))
    setup = Setup(secret="for tests", desks=desks, demo=demo, checks=checks or {})
    return TestClient(create_app(setup), headers=HTML, follow_redirects=False)


def token(browser: TestClient) -> str:
    """The form token of this browser's session."""
    found = re.search(r'name="csrf" value="([0-9a-f]{32})"', browser.get("/").text)
    assert found
    return found[1]


def enter(browser: TestClient, role: Role) -> None:
    """Sign in with one click."""
    assert browser.post(f"/login/demo/{role}", data={"csrf": token(browser)}).status_code == 303


def test_every_answer_carries_the_strict_policy() -> None:
    """Pages, errors, machine answers and files alike; no inline script or style is allowed anywhere."""
    browser = client()
    for path in ("/", "/nowhere", "/healthz", "/metrics", "/static/style.css", "/operator"):
        headers = browser.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_pages_are_never_cached() -> None:
    """A shared computer does not keep what a desk has shown."""
    assert client().get("/").headers["cache-control"] == "no-store"


def test_the_session_cookie_is_signed_and_out_of_reach_of_scripts() -> None:
    """HttpOnly, SameSite=Lax; a changed cookie is a stranger's."""
    browser = client()
    cookie = browser.get("/").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    enter(browser, Role.OPERATOR)
    value = browser.cookies["yuanping"]
    browser.cookies.clear()
    browser.cookies.set("yuanping", ("A" if value[0] != "A" else "B") + value[1:])
    assert browser.get("/operator").status_code == 401


@pytest.mark.parametrize("path", ["/login", "/login/demo/operator", "/logout", "/preferences"])
def test_a_form_without_the_token_is_refused(path: str) -> None:
    """Another site cannot make a visitor's browser act."""
    browser = client()
    token(browser)
    for data in ({}, {"csrf": "0" * 32}, {"csrf": ""}):
        answer = browser.post(path, data={"user": "a", "password": "right", **data})
        assert answer.status_code == 403
        assert "页面已过期" in answer.text


def test_every_page_route_that_changes_something_wants_the_token() -> None:
    """No POST route is forgotten: all of them refuse a bare request of a signed-in visitor."""
    for role, path in (
        (Role.EXPERT, "/expert/tasks/m/accept"),
        (Role.EXPERT, "/expert/tasks/m/decline"),
        (Role.SUPERVISOR, "/supervisor/lots/x/verify"),
        (Role.SUPERVISOR, "/supervisor/lots/x/tamper"),
    ):
        browser = client()
        enter(browser, role)
        assert browser.post(path).status_code == 403


def test_signing_in_starts_a_fresh_session() -> None:
    """A token planted before the sign-in is worth nothing after it."""
    browser = client()
    before = token(browser)
    enter(browser, Role.OPERATOR)
    assert token(browser) != before


def test_the_demo_door_exists_in_the_demo_only() -> None:
    """Outside the demo one-click logins are neither shown nor answered."""
    browser = client(demo={})
    assert "/login/demo" not in browser.get("/").text
    answer = browser.post("/login/demo/operator", data={"csrf": token(browser)})
    assert answer.status_code == 404
    assert browser.get("/operator").status_code == 401


def test_a_password_opens_the_own_desk_and_a_wrong_one_says_no_more() -> None:
    """The refusal is the same for an unknown user and a wrong password."""
    browser = client(demo={})
    wrong = browser.post("/login", data={"csrf": token(browser), "user": "u", "password": "no"})
    assert wrong.status_code == 401
    assert "用户名或密码不正确" in wrong.text
    right = browser.post("/login", data={"csrf": token(browser), "user": "u", "password": "right"})
    assert right.headers["location"] == "/operator"


@pytest.mark.parametrize("role", DEMO)
def test_each_role_reaches_its_own_desk_only(role: Role) -> None:
    """The other desks answer 403 before any service is asked."""
    browser = client(RuntimeError("asked"))
    enter(browser, role)
    for other in DEMO:
        assert browser.get(f"/{other}").status_code == (500 if other == role else 403)


def test_an_unknown_error_shows_a_number_and_its_message_goes_nowhere(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither the page nor the log repeats what the error said; the number leads from one to the other."""
    caplog.set_level(logging.DEBUG)
    browser = client(RuntimeError(MARKER))
    enter(browser, Role.OPERATOR)
    answer = browser.get("/operator")
    assert answer.status_code == 500
    assert MARKER not in answer.text + caplog.text
    number = re.search(r"编号 ([0-9a-f]{12})", answer.text)
    assert number
    assert number[1] in caplog.text
    assert "RuntimeError" in caplog.text


def test_the_access_line_names_the_route_not_what_was_typed(caplog: pytest.LogCaptureFixture) -> None:
    """Paths and query strings may hold anything; the log holds the route's pattern, status and time."""
    caplog.set_level(logging.INFO, "yuanping.web")
    browser = client()
    enter(browser, Role.SUPERVISOR)
    browser.get(f"/supervisor/lots/{MARKER}?name={MARKER}")
    browser.get(f"/{MARKER}")
    assert MARKER not in caplog.text
    assert "GET /supervisor/lots/{lot} 404" in caplog.text


def test_a_refusal_without_a_sentence_keeps_its_facts_to_itself() -> None:
    """A rule's facts may name a person; only a sentence written for the page decides what is told."""
    browser = client(Refused("R12", expert=MARKER))
    enter(browser, Role.OPERATOR)
    answer = browser.get("/operator")
    assert answer.status_code == 409
    assert "R12" in answer.text
    assert MARKER not in answer.text


def test_a_failing_database_is_told_in_words() -> None:
    """Disk full and database locked are 503 and say that nothing was changed."""
    browser = client(StorageFailed(StorageFault.FULL))
    enter(browser, Role.OPERATOR)
    answer = browser.get("/operator")
    assert answer.status_code == 503
    assert "磁盘空间不足，本次操作没有生效" in answer.text


def test_programs_get_problem_documents() -> None:
    """RFC 9457, in the language asked for; people get a page."""
    answer = client().get("/nowhere", headers={"accept": "application/json", "accept-language": "en"})
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert (told["status"], told["type"], told["title"]) == (404, "/problems/not_found", "No such page")
    assert "trace_id" not in told


def test_a_wrong_method_names_the_right_one() -> None:
    """405 keeps its Allow header."""
    answer = client().post("/healthz")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"


def test_preferences_lead_back_to_this_site_only() -> None:
    """A back path to elsewhere leads to the front page."""
    browser = client()
    answer = browser.post(
        "/preferences", data={"csrf": token(browser), "lang": "en", "back": "//evil.example"}
    )
    assert answer.headers["location"] == "/"
    assert browser.cookies["lang"] == "en"
    assert [local(p) for p in ("/a", "//a", "/\\a", "http://a", "/a\n", "")] == [
        "/a",
        "/",
        "/",
        "/",
        "/",
        "/",
    ]


def test_a_change_of_language_leads_back_to_the_same_question() -> None:
    """The form remembers the whole address, with what was asked in it; an error's address leads nowhere."""
    browser = client()
    asked = browser.get("/?day=2026-12-02&amp=%3F", headers=HTML).text
    assert 'name="back" value="/?day=2026-12-02&amp;amp=%3F"' in asked
    assert 'name="back" value="/"' in browser.get("/nowhere?day=1", headers=HTML).text


def test_an_unknown_language_is_not_remembered() -> None:
    """Only what the catalogue speaks is set."""
    browser = client()
    browser.post("/preferences", data={"csrf": token(browser), "lang": "<x>", "size": "huge"})
    assert "lang" not in browser.cookies
    assert "size" not in browser.cookies


def test_readiness_names_what_is_missing_and_not_why(caplog: pytest.LogCaptureFixture) -> None:
    """503 with each check by name; a database address in an error stays inside."""

    def broken() -> None:
        raise ConnectionError(MARKER)

    answer = client(checks={"database": broken, "keys": lambda: None}).get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "checks": {"database": False, "keys": True}}
    assert MARKER not in answer.text + caplog.text


def test_health_and_the_api_description_answer_without_a_session() -> None:
    """Machines need no cookie, and the description is OpenAPI 3.1 without the pages."""
    browser = client()
    assert browser.get("/healthz").json() == {"status": "ok"}
    told = browser.get("/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    assert set(told["paths"]) == {"/healthz", "/readyz", "/metrics"}


def test_counters_tell_kinds_and_never_routes() -> None:
    """How often "decline" was pressed would be a channel through the blindness."""
    browser = client()
    enter(browser, Role.EXPERT)
    browser.get("/expert")
    text = browser.get("/metrics").text
    assert 'yuanping_http_answers_total{kind="page",status="2xx"}' in text
    assert "expert" not in text
    assert "decline" not in text


def test_every_word_a_template_asks_for_is_in_the_catalogue() -> None:
    """A key missing from the catalogue would be shown raw."""
    import api.pages.frame as frame

    known = {code.removeprefix("page.") for code in catalogue(Lang.ZH) if code.startswith("page.")}
    for name in frame.pens.list_templates():
        source, _, _ = frame.pens.loader.get_source(frame.pens, name)
        for key, joined in re.findall(r"""say\(["']([a-z_.]+)["']( ~)?""", source):
            assert any(code.startswith(key) for code in known) if joined else key in known, (name, key)


def test_pages_stay_as_they_were_when_the_program_started() -> None:
    """A template that is changed on the disk meanwhile does not meet older code and words."""
    files = {"page.html": "before"}
    own = pens.overlay(loader=DictLoader(files))
    assert own.get_template("page.html").render() == "before"
    files["page.html"] = "after"
    assert own.get_template("page.html").render() == "before"
