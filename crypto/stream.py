"""Uniform whole numbers from a seed: the only source of chance, the same on every machine."""

import hashlib

from crypto.canonical import frame

_LABEL = "yuanping/stream/v1"


class Stream:
    """A reproducible stream of bytes; every number drawn from it is free of modulo bias."""

    __slots__ = ("_buffer", "_counter", "_seed")

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self._counter = 0
        self._buffer = b""

    def derive(self, *labels: str) -> "Stream":
        """An independent stream named by `labels`; reading it does not move this one."""
        parts = [label.encode("utf-8") for label in labels]
        return Stream(hashlib.sha256(frame(_LABEL + "/derive", self._seed, *parts)).digest())

    def take(self, n: int) -> bytes:
        """The next `n` bytes."""
        missing = max(0, -(-(n - len(self._buffer)) // 32))
        blocks = range(self._counter, self._counter + missing)
        self._counter += missing
        self._buffer += b"".join(self._block(number) for number in blocks)
        taken, self._buffer = self._buffer[:n], self._buffer[n:]
        return taken

    def below(self, n: int) -> int:
        """A uniform whole number in 0 … n−1, by rejection."""
        if n < 1:
            raise ValueError("below() wants a positive number")
        if n == 1:
            return 0
        bits = (n - 1).bit_length()
        size, spare = (bits + 7) // 8, -bits % 8
        while True:
            number = int.from_bytes(self.take(size), "big") >> spare
            if number < n:
                return number

    def sample(self, n: int, k: int) -> list[int]:
        """`k` different positions out of 0 … n−1 in random order, every ordered choice equally likely."""
        if not 0 <= k <= n:
            raise ValueError(f"cannot take {k} of {n}")
        moved: dict[int, int] = {}
        chosen = []
        for i in range(k):
            j = i + self.below(n - i)
            chosen.append(moved.get(j, j))
            moved[j] = moved.get(i, i)
        return chosen

    def _block(self, number: int) -> bytes:
        return hashlib.sha256(frame(_LABEL, self._seed, number.to_bytes(8, "big"))).digest()
