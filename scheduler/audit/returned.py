"""Were sheets voided and given back as the law allows? Walked through the journal, judged by the opened sheets."""

from crypto.errors import Broken
from scheduler.audit.case import AuditCase
from scheduler.events import Correction, Digest, Member, Returned, Scored, Totalled, Voided
from scheduler.marks import Keys, Paper, only_that, read, returns, sealed
from scheduler.state import Phase, State
from scheduler.tally import asked, readings


def voided(case: AuditCase) -> int:
    """How many sheets lie in the journal of members who were taken out; none of them is in the close."""
    out = [e.event.member for _, e in case.moments if isinstance(e.event, Voided)]
    return sum(1 for _, e in case.moments if isinstance(e.event, Scored) and e.event.member in out)


def put_right(case: AuditCase, paper: Paper, keys: Keys) -> int:
    """How many sheets went back to their members: exactly those that had to, each changed in that respect only.

    Raises Broken.
    """
    count = 0
    known = {e.event.commitment: e.event for _, e in case.moments if isinstance(e.event, Scored)}
    due: dict[Member, Correction] | None = None
    for state, entry in case.moments:
        event = entry.event
        if state is None:
            continue
        if isinstance(event, Returned):
            if due is None:
                due = returns(paper, readings(state, case.bundle.entries, paper, keys), asked(state))
            if due.pop(event.member, None) != event.code:
                raise Broken(
                    f"entry {entry.seq}: a sheet went back that did not have to, or for another fault"
                )
            count += 1
            continue
        if due:
            raise Broken(f"entry {entry.seq}: a sheet that had to go back did not")
        due = None
        if isinstance(event, Scored) and state.phase is Phase.F4:
            _only_that(state, event, known, paper, keys)
        if isinstance(event, Totalled) and returns(
            paper, readings(state, case.bundle.entries, paper, keys), asked(state)
        ):
            raise Broken(f"entry {entry.seq}: added up although a sheet had to go back first")
    return count


def _only_that(state: State, event: Scored, known: dict[Digest, Scored], paper: Paper, keys: Keys) -> None:
    sitting = state.sitting(event.member)
    if sitting is None or sitting.returned is None or sitting.sheet is None:
        raise Broken(f"a sheet of {event.member} that nobody asked for")
    before = read(paper, keys, sealed(known[sitting.sheet], sitting.key))
    after = read(paper, keys, sealed(event, sitting.key))
    if not only_that(sitting.returned, before, after, paper.criteria):
        raise Broken(f"the corrected sheet of {event.member} changes more than it was returned for")
