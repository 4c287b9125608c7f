"""How each event changes the state; every refusal that depends on the history stands in this package."""

from scheduler.state import Entry, State
from scheduler.transitions import (
    appointing,
    attempts,
    attendance,
    beacon,
    booking,
    chairing,
    competing,
    delivery,
    drawing,
    ending,
    evaluation,
    extending,
    glass,
    interruption,
    motions,
    moving,
    recusing,
    relaxing,
    reseating,
    review,
    siting,
    standby,
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
    **chairing.MOVES,
    **recusing.MOVES,
    **appointing.MOVES,
    **interruption.MOVES,
    **motions.MOVES,
    **review.MOVES,
    **siting.MOVES,
    **glass.MOVES,
    **moving.MOVES,
    **beacon.MOVES,
    **reseating.MOVES,
    **standby.MOVES,
    **delivery.MOVES,
}


def move(state: State, entry: Entry) -> State:
    """The state after an allowed kind of event, or Refused because of the history."""
    glass.moving(state, type(entry.event))
    standby.moving(state, type(entry.event))
    return _MOVES[type(entry.event)](state, entry, entry.event)
