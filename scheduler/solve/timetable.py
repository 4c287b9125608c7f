"""Which lots go where and when, and who sits? The room's entrance for timetables."""

from scheduler.solve.timetable_bound import greens_of
from scheduler.solve.timetable_clash import against
from scheduler.solve.timetable_draw import Tickets, drawn
from scheduler.solve.timetable_effort import Effort
from scheduler.solve.timetable_first import place_first, ranked
from scheduler.solve.timetable_hasten import hasten
from scheduler.solve.timetable_index import index
from scheduler.solve.timetable_search import improve
from scheduler.solve.timetable_seating import Seater
from scheduler.solve.timetable_state import State, told
from scheduler.timetable import Days, Timetable, Unplaced

FIRST = 0.8  # share of a time limit for the ranked pass, without which there is no plan at all
LEAST = 12  # lots placed however short the limit is: a plan of nothing would say that nothing is possible
PANEL = 0.002  # seconds to be left for a panel that must be shuffled
PLACING = 0.55  # share of a time limit after which placing gives way to drawing
DRAWING = 0.9


def make_timetable(days: Days, effort: Effort, *, tickets: Tickets | None, workers: int = 1) -> Timetable:
    """The best plan found; with `tickets` every panel is drawn by lot, without it is a witness.

    Without a time limit the answer is a function of `days` (not of the order of anything in it) and the tickets.
    With one, or after `effort.stopped`, it is the best lawful plan found by then.
    """
    since = effort.clock()
    world = index(days)
    state = State(world)
    seater = Seater(state)
    since = effort.mark("index", since)
    share = PLACING if tickets is not None else DRAWING
    panel = PANEL if tickets is not None else 0.0

    def late() -> bool:
        placed = len(state.seated)
        return placed >= LEAST and (effort.over(FIRST) or effort.left(DRAWING) < panel * placed)

    place_first(state, seater, ranked(world), late)
    since = effort.mark("first", since)
    bound = improve(state, seater, effort, share)
    hasten(state, seater, effort, share)
    since = effort.mark("search", since)
    if tickets is not None:
        state.reseat(drawn(state, tickets, effort, DRAWING, workers))
    since = effort.mark("draw", since)
    reasons = against(state, Seater(state, seater.able), effort)
    effort.mark("clash", since)
    return Timetable(
        placed=tuple(told(world, lot, state.seated[lot]) for lot in sorted(state.seated)),
        unplaced=tuple(Unplaced(lot=world.lots[lot].id, clash=reasons[lot]) for lot in sorted(reasons)),
        proved=bound.met_by(state),
        upper_bound=bound.most(greens_of(state)),
    )
