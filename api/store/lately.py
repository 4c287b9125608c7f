"""What was worked out lately, by a mark that covers all of it: never wrong, only forgotten."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Lately(Generic[K, V]):
    """At most so many values; the least lately used is forgotten. Safe among threads."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._kept: OrderedDict[K, V] = OrderedDict()

    def get(self, mark: K) -> V | None:
        """The value, if it is still known."""
        with self._lock:
            if mark in self._kept:
                self._kept.move_to_end(mark)
            return self._kept.get(mark)

    def keep(self, mark: K, value: V) -> V:
        """Remember it."""
        with self._lock:
            self._kept[mark] = value
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return value
