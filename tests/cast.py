"""The demonstration's installation with its three custodians' agents as processes, for tests that play its story."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.clock import stopwatch
from api.custodian.company import Company
from api.demo import world
from api.serving import bound


@contextmanager
def on_stage(folder: Path, seed: bytes = world.DEFAULT_SEED) -> Iterator[tuple[world.Stage, Company]]:
    """Before the story; the agents run and make keys ahead, and end with the context."""
    with bound("127.0.0.1", 0) as listener:
        homes = world.found(folder, seed)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with Company(homes=homes, server=address, every=0.25, demo_clock=True) as company:
            stage = world.build(folder, seed, stopwatch)
            with world.custodians_about(stage, listener):
                yield stage, company
