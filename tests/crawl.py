"""What does everybody see, at every address, at every moment of one evaluation? A crawler and its town.

`tell` lets the town live its whole life and looks round after every beat; `Crawl` asks every route of the app
as every role, as a person and as a program, and every form with a role it is not made for.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product

from anyio.from_thread import start_blocking_portal
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from httpx2 import ASGITransport, AsyncClient

from api.demo.people import OPERATOR
from api.intake.package import Package
from api.services import acting, arriving, attending, cancelling, opening, ticking
from api.services.acting import Deed
from api.store.accounts import Account, put_account
from crypto.keys import signing_key
from fixtures.invented import expert_number
from scheduler.events import Member
from scheduler.model import Role
from scheduler.state import Phase, Sitting, State
from tests.browsing import HTML, TOKEN, app_of, cookie, open_accounts
from tests.town import EXPERTS, LOT, NINE, Town, bidder, holding, package

JSON = {"accept": "application/json", "accept-language": "zh-CN"}
OWN_LOGGERS = ("httpx2", "asyncio", "faker")  # the crawler's own chatter
GET, POST = "GET", "POST"
DESKS = (Role.OPERATOR, Role.SUPERVISOR, Role.TENDEREE, Role.EXPERT, Role.OWNER, Role.SITE)
BUSY = ("drawn", "scoring", "report")  # when programs ask, and those without a desk press every button too
Routes = tuple[tuple[str, frozenset[str]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Somebody before a screen; `n` is the number of an expert."""

    name: str
    role: Role
    n: int = 0


STAFF = tuple(
    Who(name=role.value, role=role)
    for role in (
        Role.OPERATOR,
        Role.SUPERVISOR,
        Role.TENDEREE,
        Role.POOL,
        Role.ADMIN,
        Role.BIDDER,
        Role.OWNER,
        Role.SITE,
    )
)
STRANGER = Who(name="other-tenderee", role=Role.TENDEREE)
ELSEWHERE = Who(name="other-site", role=Role.SITE)
OWNER = Who(name="owner-1", role=Role.OWNER)  # sits; the login `owner` does not
NOBODY = Who(name="", role=Role.PUBLIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One answer; `beat` names the moment, `checked_in` whether the expert who asks has a seat."""

    beat: str
    phase: Phase
    who: Who
    checked_in: bool
    asked: tuple[str, str, str]  # method, path, what is accepted
    status: int
    head: str
    body: str


class Ear(logging.Handler):
    """Hears every log line of the service, at any level."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if not record.name.startswith(OWN_LOGGERS):
            self.lines.append(f"{record.name} {record.getMessage()} {record.exc_info or ''}")


@dataclass(slots=True, kw_only=True)
class Crawl:
    """Looks round in a town; `thorough` asks as a program too and presses every wrong button."""

    town: Town
    thorough: bool
    seen: list[Seen] = field(default_factory=list)
    ear: Ear = field(default_factory=Ear)
    state: State = field(init=False)  # of the lot while looking round

    def look(self, beat: str) -> None:
        """Ask everything once."""
        app, root = app_of(self.town), logging.getLogger()
        routes = tuple(
            (context.path, frozenset(context.methods))
            for context in iter_route_contexts(app.routes)
            if context.methods
        )
        self.state, level = self.town.state, root.level
        root.addHandler(self.ear)
        root.setLevel(logging.DEBUG)
        with start_blocking_portal() as portal:  # a loop of its own, whoever else runs one here
            portal.call(self._ask_all, app, routes, beat)
        root.removeHandler(self.ear)
        root.setLevel(level)
        assert self.town.state == self.state, "a question changed the case"

    async def _ask_all(self, app: FastAPI, routes: Routes, beat: str) -> None:
        whole = ASGITransport(app=app, raise_app_exceptions=False)
        async with AsyncClient(transport=whole, base_url="http://here") as client:
            for who in self.people():
                sent = {"cookie": f"yuanping={cookie(app, who.role, who.name)}"} if who.name else {}
                for asked in self.questions(routes, who, beat):
                    await self._ask(client, beat, who, asked, sent)

    def people(self) -> tuple[Who, ...]:
        """Everybody on the staff, nobody, and experts who sit, who left and who were never drawn."""
        state = self.state
        drawn = [self.town.number(m.member) for m in state.members if m.role is not None]
        sits = {self.town.number(m.member) for m in state.experts()}
        shown = [n for n in drawn if n in sits][:1] + [n for n in drawn if n not in sits]
        shown.append(next(n for n in range(1, EXPERTS + 1) if n not in drawn))
        experts = (Who(name=f"expert-{n}", role=Role.EXPERT, n=n) for n in shown)
        staff = STAFF if self.thorough else [who for who in STAFF if who.role in (*DESKS, Role.ADMIN)]
        return (*staff, STRANGER, ELSEWHERE, OWNER, NOBODY, *experts)

    def questions(self, routes: Routes, who: Who, beat: str) -> Iterator[tuple[str, str, str]]:
        """Method, path and wanted format; what this person could really do is left out."""
        busy = self.thorough and beat in BUSY
        presses = busy or (self.thorough and who.role in DESKS)
        for pattern, methods in routes:
            for path in self._paths(pattern):
                if GET in methods:
                    yield GET, path, "html"
                    if busy and "{" in pattern:
                        yield GET, path, "json"
                elif presses and self._refused(path, who):
                    yield POST, path, "html" if path.startswith(f"/{who.role}") else "json"
        yield GET, "/nowhere", "html"

    def _paths(self, pattern: str) -> Iterator[str]:
        members = [m.member for m in self.state.members]
        expert = [m.member for m in self.state.experts()][:1]
        known = {
            "lot": [LOT, "NO-1"],
            "task": list(dict.fromkeys(["P-NONE", *members[:1], *expert, *members[-1:]])),
            "deed": ["draw", "open", "cancel"] if self.thorough else ["cancel"],
            "role": [Role.OPERATOR.value],
            "step": ["4", "close"],
            "incident": ["interrupt", "annul"] if self.thorough else ["interrupt"],
            "press": ["dispute", "flag"] if self.thorough else ["dispute"],
            "mark": ["0" * 32],
            "gate": ["check-in", "absent"] if self.thorough else ["absent"],
            "number": ["1"],
        }
        names = re.findall(r"{(\w+)}", pattern)
        for values in product(*(known[name] for name in names)):
            yield pattern.format(**dict(zip(names, values, strict=True)))

    def _refused(self, path: str, who: Who) -> bool:
        """Whether pressing this changes nothing: another's button, or one that is not due."""
        if path in ("/preferences", "/logout") or path.startswith("/login"):
            return False
        if path.startswith(("/expert/", "/owner/")):
            mine = self.state.sitting(Member(path.split("/")[3]))
            return mine is None or not self._is(mine, who)
        if path.endswith("/name"):
            return who.role is not Role.SUPERVISOR or self.state.phase is not Phase.F7
        if who.role is Role.OPERATOR and path.startswith("/operator/"):
            deed = path.rsplit("/", 1)[1]
            return "NO-1" in path or deed not in ("freeze", "deposit", "cancel", "draw") or self._late(deed)
        return self.state.phase is not Phase.F0 or not path.endswith("/deposit") or "NO-1" in path

    def _late(self, deed: str) -> bool:
        return deed in ("freeze", "deposit", "draw") and self.state.phase is not Phase.F0

    def _is(self, sitting: Sitting, who: Who) -> bool:
        """Whether this is the member who asks."""
        if sitting.role is None:
            return who == OWNER
        return self.town.number(sitting.member) == who.n

    async def _ask(
        self, client: AsyncClient, beat: str, who: Who, asked: tuple[str, str, str], sent: dict[str, str]
    ) -> None:
        method, path, wanted = asked
        headers = (HTML if wanted == "html" else JSON) | sent
        if method == GET:
            answer = await client.get(path, headers=headers)
        else:
            files = {"package": ("p.json", FAULTY, "application/json")} if path.endswith("/open") else None
            answer = await client.post(path, headers=headers, data={"csrf": TOKEN}, files=files)
        client.cookies.clear()
        state = self.state
        mine = [m for m in state.members if self._is(m, who)]
        head = "\n".join(f"{k}: {v}" for k, v in sorted(answer.headers.items()) if k != "set-cookie")
        self.seen.append(
            Seen(
                beat=beat,
                phase=state.phase,
                who=who,
                checked_in=any(m.key for m in mine),
                asked=asked,
                status=answer.status_code,
                head=head,
                body=answer.text,
            )
        )


# A bidder's name where the package wants a list: the answer must not say it again.
FAULTY = json.dumps({"format": bidder(1).name}, ensure_ascii=False).encode()


def enter(town: Town) -> None:
    """Logins for everybody."""
    open_accounts(town)
    with town.office.db.transaction() as session:
        for n in range(1, EXPERTS + 1):
            login = Account(login=f"expert-{n}", role=Role.EXPERT, label="专家", expert=expert_number(n))
            put_account(session, login)
        put_account(session, Account(login=OWNER.name, role=Role.OWNER, label="代表"))
        put_account(session, Account(login=ELSEWHERE.name, role=Role.SITE, label="别处"))


def announce(town: Town) -> None:
    """Every member who may announces a device of its own to the gate."""
    for n, sitting in enumerate(town.state.current(), 1):
        if not sitting.key and sitting.accepted:
            key = signing_key(bytes([n]) * 32).public
            arriving.announce(town.office, town.person(sitting.member), LOT, key)


Bids = Callable[[Town, Member], Package]


def three_bids(town: Town, conflicted: Member) -> Package:
    """Two bidders whom nobody knows, and a sister company of a member's employer."""
    sister = bidder(9, holding(town.number(conflicted)).code)
    return package(bidder(1), bidder(2), sister, lot=town.lot)


def tell(town: Town, look: Callable[[str], None], bids: Bids = three_bids) -> None:
    """The town's whole life, with a look round after every beat."""
    town.book()
    look("booked")
    town.prepare()
    look("ready")
    town.round()
    look("drawn")
    attending.decline(town.office, town.person(town.state.experts()[-1].member), LOT)
    ticking.tick_case(town.office, LOT)
    town.accept_all()
    announce(town)
    look("accepted")
    town.clock.move(NINE)
    opening.open_bids(town.office, OPERATOR, LOT, bids(town, town.state.experts()[-1].member))
    ticking.tick_case(town.office, LOT)
    look("opened")
    town.accept_all()
    announce(town)
    town.arrive(town.state.experts()[0].member)
    look("arriving")
    town.arrive_all()
    opening.blind(town.office, OPERATOR, LOT)
    town.score(town.state.experts()[0].member)
    look("scoring")
    town.score_all()
    ticking.tick_case(town.office, LOT)
    look("closed")
    for deed in (Deed.REVEAL, Deed.REPORT, Deed.ARCHIVE):
        acting.act(town.office, OPERATOR, LOT, deed, "中标通知书")
        look(deed.value)


class Enough(Exception):
    """Ends a story early."""


def tell_until(town: Town, beat: str, then: Callable[[str], None], bids: Bids = three_bids) -> None:
    """The town's life up to a beat, `then` called with every one on the way."""

    def look(now: str) -> None:
        then(now)
        if now == beat:
            raise Enough

    try:
        tell(town, look, bids)
    except Enough:
        return


def cancel(town: Town) -> None:
    """The lot ends without a result."""
    cancelling.cancel(town.office, OPERATOR, LOT, "采购人撤回")


def plain(body: str) -> str:
    """A body without what differs in any two worlds: digests, tokens, pseudonyms, seconds and the meter."""
    for pattern, stands in (
        (r"P-[A-Z2-7]{16}", "P-"),
        (r"[0-9a-f]{10,64}(…[0-9a-f]{6})?", "#"),
        (r"T\d\d:\d\d:\d\d(\.\d+)?", "T"),
        (r'data-seconds="\d+"', "seconds"),
        (r"(yuanping_http_seconds_\w+|_created)(\{[^}]*\})? \S+", r"\1\2"),
    ):
        body = re.sub(pattern, stands, body)
    return body


def alike(seen: Seen) -> tuple[object, ...]:
    """What must be the same in worlds that may not be told apart, true lengths included."""
    metered = seen.asked[1] == "/metrics"
    length = 0 if metered else len(re.sub(r"\.\d{6}\+", "+", seen.body))
    head = re.sub(r"(?m)^content-length: .*$", "", seen.head)
    method, path, wanted = seen.asked
    asked = method, plain(path), wanted  # whose page was asked for is the crawler's own choice
    return seen.beat, seen.who, asked, seen.status, head, length, plain(seen.body)
