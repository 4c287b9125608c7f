"""The demonstration's time: moved by the story, afterwards running on from where the story ended."""

from collections.abc import Callable
from datetime import datetime, timedelta


class StoryClock:
    """now() is where the story stands plus the seconds that really passed since, so that entries differ."""

    def __init__(self, start: datetime, stopwatch: Callable[[], float]) -> None:
        self._at, self._stopwatch, self._since = start, stopwatch, stopwatch()

    def now(self) -> datetime:
        """The moment in the story, UTC."""
        return self._at + timedelta(seconds=self._stopwatch() - self._since)

    def move(self, moment: datetime) -> None:
        """Go on to a later moment; never back."""
        if moment > self.now():
            self._at, self._since = moment, self._stopwatch()
