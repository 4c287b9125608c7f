"""Why does this expert not sit? Every person a round left out, with rules, and facts for whom sight allows."""

from collections.abc import Mapping
from dataclasses import replace

from api.actor import Actor
from api.services.drawing import round_limits
from api.services.office import Dossier, Office, open_case
from api.store import journal
from scheduler.errors import Refused
from scheduler.events import LotteryFixed
from scheduler.exhibits import Elsewhere, LotteryBody, Request
from scheduler.explain import Exclusion, Reason, exclusions, told
from scheduler.facts import case_of, numbers, roles
from scheduler.limits import Fact, Words
from scheduler.lottery import from_body, renamed
from scheduler.model import LotId, RuleId
from scheduler.phases import replay
from scheduler.rules import DECLARED, notices
from scheduler.sight import Datum, demand


def why_not(office: Office, actor: Actor, lot: LotId, round_number: int = 1) -> tuple[Exclusion, ...]:
    """Everybody whom the round's lottery names as out. Raises Refused("sight"), Refused("no_round")."""
    dossier = open_case(office, lot)
    demand(actor.role, Datum.POOL, dossier.state.phase)
    before = _before(dossier, round_number)
    fixed = dossier.state.rounds[round_number - 1]
    elsewhere = dossier.body(fixed.elsewhere, Elsewhere) if fixed.elsewhere else None
    case, held = round_limits(before, elsewhere)
    body = dossier.body(fixed.lottery, LotteryBody).body
    lottery = renamed(from_body(body), roles(before.request))
    found = exclusions(case, held, lottery)
    return tuple(replace(e, reasons=told(e.reasons, actor.role, dossier.state.phase)) for e in found)


def warnings(office: Office, actor: Actor, lot: LotId) -> tuple[Reason, ...]:
    """What is worth a word about the frozen pool (D8) and was no reason to refuse. Raises Refused("sight")."""
    dossier = open_case(office, lot)
    demand(actor.role, Datum.POOL, dossier.state.phase)
    case = case_of(dossier.body(dossier.state.booked, Request), dossier.snapshot)  # what was asked for first
    found = notices(case, numbers(dossier.pack, case))
    return tuple(
        Reason(rule=name, title=DECLARED[name].title, says=DECLARED[name].says.filled(facts))
        for name, facts in found.items()
    )


def scarce(dossier: Dossier) -> tuple[Words, ...]:
    """The notices of the frozen pool in words: fewer candidates for a seat than the pack asks for (D8)."""
    return tuple(DECLARED[name].says.filled(facts) for name, facts in _noticed(dossier).items())


def scarce_titles(dossier: Dossier) -> tuple[Words, ...]:
    """The same without facts of the pool, for whom it is no secret that there is a warning."""
    return tuple(DECLARED[name].title for name in _noticed(dossier))


def _noticed(dossier: Dossier) -> dict[RuleId, Mapping[str, Fact]]:
    case = case_of(dossier.request, dossier.snapshot)
    return notices(case, numbers(dossier.pack, case))


def _before(dossier: Dossier, number: int) -> Dossier:
    """The case as it was when the round's lottery was fixed."""
    with dossier.office.db.reading() as session:
        entries = [entry for entry, _ in journal.history(session, dossier.state.lot)]
    for entry in entries:
        if isinstance(entry.event, LotteryFixed) and entry.event.round == number:
            return Dossier(office=dossier.office, state=replay(entries[: entry.seq]))
    raise Refused("no_round", round=number)
