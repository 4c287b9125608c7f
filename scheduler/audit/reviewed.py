"""Was the review of the scores held where the pack has one, and does its statement say what the sheets say?"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from crypto.errors import Broken
from scheduler.audit.case import AuditCase
from scheduler.events import ReviewBegun, Reviewed, Totalled
from scheduler.exhibits import Review, RulesInForce, Totals
from scheduler.marks import Reading
from scheduler.reviewing import replaced, review
from scheduler.state import State
from scheduler.tally import tally

SLACK = timedelta(minutes=1)  # the clock was read before the entry was written


def reviewed(case: AuditCase, readings: Sequence[Reading]) -> None:
    """Raises Broken."""
    minutes = case.body(case.final().pack, RulesInForce).pack.times.outlier_review_minutes
    totalled = [e for _, e in case.moments if isinstance(e.event, Totalled)]
    begun = [e for _, e in case.moments if isinstance(e.event, ReviewBegun)]
    if totalled and bool(begun) != bool(minutes):
        raise Broken("a review of the scores was left out, or held although the pack has none")
    for entry in begun:
        if isinstance(entry.event, ReviewBegun):
            asked = entry.at + timedelta(minutes=minutes) - datetime.fromisoformat(entry.event.until)
            if not timedelta(0) <= asked <= SLACK:
                raise Broken("the review was given another time than the pack says")
    for state, entry in case.moments:
        if isinstance(entry.event, Totalled):
            _first(case, entry.event, readings)
        if isinstance(entry.event, Reviewed) and state is not None:
            _statement(case, state, entry.event, readings)


def _first(case: AuditCase, event: Totalled, readings: Sequence[Reading]) -> None:
    """The totals before the review, with everybody's scores, stay right too."""
    if case.body(event.totals, Totals).totals != tally(readings, len(case.final().slots)):
        raise Broken("the totals before the review are others than the sheets give")


def _statement(case: AuditCase, state: State, event: Reviewed, readings: Sequence[Reading]) -> None:
    if event.record is None:
        return
    if case.body(event.record, Review) != review(state, readings, replaced(state)):
        raise Broken("the statement on replaced scores is not what votes and sheets say")
