"""The alarm clock that calls back: the only place that knows APScheduler; it holds no state and no work."""

from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler


class Alarm:
    """Calls `work` every `seconds`, one at a time; a call that is still running is not doubled."""

    def __init__(self, work: Callable[[], object], seconds: float) -> None:
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._scheduler.add_job(work, "interval", seconds=seconds, max_instances=1, coalesce=True)

    def start(self) -> None:
        """Begin to ring, in a thread of its own."""
        self._scheduler.start()

    def stop(self) -> None:
        """Ring no more; waits for a call that is under way."""
        self._scheduler.shutdown(wait=True)
