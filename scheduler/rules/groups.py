"""Which organisations belong together? Control from above, at any distance (招标投标法实施条例 34)."""

from collections.abc import Iterable
from datetime import date

from scheduler.model import Control, OrgTag, Span
from scheduler.rules.day import covers
from scheduler.rules.work import within


def running(controls: Iterable[Control], day: date | None) -> tuple[Control, ...]:
    """Control on the day, first and last day included; without a known day, control that has no end."""
    return tuple(
        edge
        for edge in controls
        if (edge.until is None if day is None else covers(Span(since=edge.since, until=edge.until), day))
    )


def lately(controls: Iterable[Control], day: date | None, years: int) -> tuple[Control, ...]:
    """Control that had begun by the day and lasted into the `years` before it, as employment is counted."""
    if day is None:
        return running(controls, day)
    return tuple(edge for edge in controls if within(edge, day, years))


def controllers(controls: Iterable[Control]) -> dict[OrgTag, frozenset[OrgTag]]:
    """Of every organisation named: itself and all that control it, at any distance; rings do no harm."""
    parents: dict[OrgTag, set[OrgTag]] = {}
    for edge in controls:
        parents.setdefault(edge.child, set()).add(edge.parent)
        parents.setdefault(edge.parent, set())
    above = {}
    for org in parents:
        seen, todo = {org}, [org]
        while todo:
            new = parents[todo.pop()] - seen
            seen |= new
            todo.extend(new)
        above[org] = frozenset(seen)
    return above


def related(controls: Iterable[Control], bidders: Iterable[OrgTag]) -> dict[OrgTag, OrgTag]:
    """Organisation → a bidder it shares a controller with: parent, subsidiary, sister, any depth.

    Bidders themselves are not in it. A joint venture joins its child to either parent, but does not make the
    two parents one group.
    """
    above = controllers(controls)
    groups = {bidder: above.get(bidder, frozenset({bidder})) for bidder in sorted(bidders)}
    return {
        unit: bidder
        for bidder, over in reversed(groups.items())
        for unit, found in above.items()
        if unit not in groups and over & found
    }
