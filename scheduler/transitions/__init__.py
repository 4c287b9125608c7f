"""How each event changes the state; every refusal that depends on the history stands in this package."""

from scheduler.state import Entry, State
from scheduler.transitions import (
    attempts,
    attendance,
    booking,
    competing,
    drawing,
    ending,
    evaluation,
    extending,
    relaxing,
    voiding,
)
from scheduler.transitions.booking import begin
from scheduler.transitions.demands import Moves

__all__ = ["begin", "move"]

_MOVES: Moves = {
    **booking.MOVES,
    **drawing.MOVES,
    **attendance.MOVES,
    **evaluation.MOVES,
    **ending.MOVES,
    **competing.MOVES,
    **extending.MOVES,
    **relaxing.MOVES,
    **voiding.MOVES,
    **attempts.MOVES,
}


def move(state: State, entry: Entry) -> State:
    """The state after an allowed kind of event, or Refused because of the history."""
    return _MOVES[type(entry.event)](state, entry, entry.event)
