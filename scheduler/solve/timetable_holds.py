"""How many seats does every placed lot hold at each of its sites, so that its draw binds no other lot?

A panel is drawn after the seats are given out. What a witness needs is held; what is left over goes round
evenly, so that the lottery is as free as the sites allow.
"""

from collections.abc import Collection

import numpy as np

from scheduler.solve.timetable_state import State

Holds = dict[int, dict[int, int]]  # lot -> site -> seats for experts


def holds(state: State, kept: Collection[int] = ()) -> Holds:
    """Seats per lot and site; together never more than a site has at any moment. `kept`: lots that are drawn."""
    index = state.index
    left = np.array(
        [[state.left(m, s) for s in range(len(index.sites))] for m in range(len(index.moments))],
        dtype=np.int64,
    ).reshape(len(index.moments), len(index.sites))
    at = [[m for m, some in enumerate(index.moments) if w in some] for w in range(len(index.windows))]
    held: Holds = {}
    for lot, seating in sorted(state.seated.items()):
        held[lot] = dict.fromkeys((index.tasks[lot].host, *seating.guests), 0)
        for _, _, site in seating.panel:
            held[lot][site] += 1
    wishing = [(lot, site) for lot, own in held.items() if lot not in kept for site in own]
    while wishing:
        again = []
        for lot, site in wishing:
            moments = at[state.seated[lot].window]
            if held[lot][site] < index.tasks[lot].size and left[moments, site].min() > 0:
                left[moments, site] -= 1
                held[lot][site] += 1
                again.append((lot, site))
        wishing = again
    return held
