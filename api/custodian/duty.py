"""What does a custodian's agent do on a round to the centre? Its part in ceremonies, then the keys it is asked for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from api.custodian.calls import Line, Unheeded, Unreachable, lot_path
from api.custodian.diary import Diary
from crypto.ceremony import Party, Turn, begin, hear, resume
from crypto.errors import Broken
from crypto.messages import Message, message_body, message_of
from crypto.seats import Own, Plan, check_plan, plan_of
from scheduler.agent import Memory, decide, is_majority, watch
from scheduler.answers import Asked, Declined, Trust, answer_body, signed_body, signed_of
from scheduler.attested import Signed
from scheduler.events import GlassAsked, GlassBroken, GlassConfirmed, GlassRefused
from scheduler.model import LotId

_TOLD = (GlassAsked, GlassConfirmed, GlassBroken, GlassRefused)
_PARCEL = 8  # messages in one call


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """One custodian at work. Time and entropy come in from outside."""

    own: Own = field(repr=False)
    trust: Trust
    line: Line = field(repr=False)
    diary: Diary
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes] = field(repr=False)


def do_round(agent: Agent) -> int:
    """Fetch the work and do it; how many messages and answers were sent. Raises Unreachable."""
    return 0 if agent.diary.paused else do(agent, fetch(agent))


def fetch(agent: Agent, known: str = "") -> Any:
    """What there is to do; the centre may wait a little while it is still what is `known`. Raises Unreachable."""
    work = agent.line.get(f"/v1/custody/work/{known}" if known else "/v1/custody/work")
    kinds = {"ceremonies", "journals", "requests"}
    if not isinstance(work, dict) or set(work) != kinds or not all(isinstance(work[k], list) for k in kinds):
        raise Unreachable("the centre's work is of another form")
    return work


def do(agent: Agent, work: Any, *, look: bool = True) -> int:
    """Do the work, keys asked for first; how much was sent. Raises Unreachable.

    `look`: also at the journals nobody has asked about. Whatever one piece of work trips over, the others are done;
    what the centre would not take or give of them is raised at the end.
    """
    missed: list[Unheeded] = []
    sent, said = 0, list[Any]()
    for body in work["requests"]:
        sent += _tried(agent, "request", missed, partial(_answer, agent, body))
    for body in work["ceremonies"]:
        _tried(agent, "ceremony", missed, partial(_attend, agent, body, said))
    for start in range(0, len(said), _PARCEL):
        sent += _tried(agent, "ceremony", missed, partial(_say, agent, said[start : start + _PARCEL]))
    for body in work["journals"] if look else ():
        _tried(agent, "journal", missed, partial(_watch, agent, body))
    if missed:
        raise missed[0]
    return sent


def _tried(agent: Agent, what: str, missed: list[Unheeded], work: Callable[[], int]) -> int:
    try:
        return work()
    except Unheeded as fault:
        missed.append(fault)
    except (Broken, KeyError, TypeError, ValueError) as fault:
        agent.diary.note(agent.now(), "unintelligible", {"work": what, "fault": str(fault)})
    return 0


def _say(agent: Agent, parcel: list[Any]) -> int:
    agent.line.post("/v1/custody/messages", parcel)
    return len(parcel)


def _attend(agent: Agent, body: Any, out: list[Any]) -> int:
    """One ceremony: hear what is new, keep everything, then speak: into `out`.

    Raises Broken for a plan we take no part in.
    """
    plan = plan_of(body["plan"])
    check_plan(plan, agent.trust.custodians)
    if not is_majority(plan.threshold, len(plan.seats)):
        raise Broken("fewer than half of the custodians could open this key")
    kept = agent.diary.ceremony(plan)
    if kept is None:
        return 0
    shown = [message_of(each) for each in body["messages"]]
    if kept and {*shown} == {*kept}:  # nothing new, nothing unsent
        return 0
    party, said = _listen(_seated(agent, plan, kept), shown)
    news = agent.diary.keep(party, said)
    own = [each for each in (*kept, *party.heard.values()) if each.by == agent.own.name]
    unsent = [each for each in dict.fromkeys((*own, *said)) if each not in shown]
    out += [{"ceremony": plan.ceremony.hex(), "message": message_body(each)} for each in unsent]
    if news:
        facts = {"ceremony": plan.ceremony.hex(), "key": plan.key_id, "culprit": party.culprit}
        agent.diary.note(agent.now(), "ceremony_failed" if party.culprit else "assented", facts)
    return len(unsent)


def _seated(agent: Agent, plan: Plan, kept: tuple[Message, ...]) -> Turn:
    if kept:
        return resume(agent.own, plan, agent.entropy(32), kept)
    return begin(agent.own, plan, agent.trust.custodians, agent.entropy(32))


def _listen(turn: Turn, shown: list[Message]) -> tuple[Party, tuple[Message, ...]]:
    party, said = turn
    for message in shown:
        try:
            party, more = hear(party, message)
        except Broken:  # the centre shows what no seat signed: as if it had shown nothing
            continue
        said += more
    return party, said


def _watch(agent: Agent, body: Any) -> int:
    """A journal that has grown since it was last seen: check and remember it, or raise the alarm in the log."""
    lot, seq = LotId(str(body["lot"])), int(body["seq"])
    before = agent.diary.memory()
    if (seen := before.heads.get(lot)) and seen.entry.seq == seq:
        return 0
    journal = _journal(agent, lot)
    after, doubt = watch(agent.trust, before, lot, journal, agent.now())
    agent.diary.remember(after)
    if doubt is None:
        _notify(agent, before, journal)
    if doubt is not None:
        evidence = [signed_body(each) for each in doubt.evidence]
        facts = {"lot": lot, "code": doubt.code, "facts": doubt.facts, "evidence": evidence}
        agent.diary.alarm(agent.now(), facts)
    return 0


def _notify(agent: Agent, before: Memory, journal: list[Signed]) -> None:
    """Everybody who holds a key is told of every early look, asked for or refused, since the last visit."""
    for each in journal:
        lot, seen = each.entry.lot, before.heads.get(each.entry.lot)
        if isinstance(each.entry.event, _TOLD) and (seen is None or each.entry.seq > seen.entry.seq):
            facts = {"lot": lot, "seq": each.entry.seq, "event": type(each.entry.event).__name__}
            agent.diary.note(agent.now(), "notice", {**facts, "actor": each.entry.actor})


def _journal(agent: Agent, lot: LotId) -> list[Signed]:
    return [signed_of(each) for each in agent.line.get(lot_path(lot))["entries"]]


def _answer(agent: Agent, body: Any) -> int:
    """One key asked for: fetch the journal, decide, keep the memory, then answer."""
    asked = Asked(lot=LotId(str(body["lot"])), key=str(body["key"]))
    before = agent.diary.memory()
    journal = _journal(agent, asked.lot)
    after, answer = decide(agent.own, agent.trust, before, asked, journal, agent.now())
    agent.diary.remember(after)
    if after.heads != before.heads:  # it was believed
        _notify(agent, before, journal)
    facts = {"lot": asked.lot, "key": asked.key}
    if isinstance(answer, Declined):
        evidence = [signed_body(each) for each in answer.evidence]
        refusal = {"code": answer.code, "facts": dict(answer.facts), "evidence": evidence}
        agent.diary.note(agent.now(), "refused", facts | refusal | {"signature": answer.signature})
    else:
        agent.diary.note(agent.now(), "released", facts | {"against": answer.against})
    agent.line.post(f"/v1/custody/requests/{int(body['number'])}", answer_body(answer))
    return 1
