"""How much longer may a plan take? Wall time where a limit was given, else work counted by the solvers."""

from collections.abc import Callable
from dataclasses import dataclass, field

from scheduler.limits import Words


@dataclass(slots=True, kw_only=True)
class Effort:
    """The limit of one plan, and where its progress is told.

    `until`: the reading of `clock` at which to stop, None for no limit (then nothing depends on the clock).
    `stopped` is set from outside, by a person who wants the best plan found so far.
    """

    clock: Callable[[], float]
    until: float | None = None
    tell: Callable[[Words], None] = field(default=lambda words: None)
    stopped: bool = False
    began: float = 0.0  # the reading at which the command began
    seconds: dict[str, float] = field(default_factory=dict)

    def over(self, share: float = 1.0) -> bool:
        """Whether this share of the time is used up, or somebody asked to stop."""
        return self.stopped or self.left(share) <= 0.0

    def left(self, share: float = 1.0) -> float:
        """Seconds until this share of the time is used up; infinite where there is no limit."""
        if self.until is None:
            return float("inf")
        return self.began + (self.until - self.began) * share - self.clock()

    def mark(self, part: str, since: float) -> float:
        """Add the seconds since `since` to a part; the reading of the clock now."""
        now = self.clock()
        self.seconds[part] = self.seconds.get(part, 0.0) + now - since
        return now
