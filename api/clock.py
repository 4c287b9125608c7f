"""now() and entropy(): the only place that asks the world."""

import os
import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, in UTC, to the microsecond."""
    return datetime.now(UTC)


def entropy(n: int = 32) -> bytes:
    """`n` fresh bytes nobody can guess."""
    return os.urandom(n)


def stopwatch() -> float:
    """Seconds of a clock that only runs forward; for durations, never for dates."""
    return time.perf_counter()
