"""The demonstration with custodians' agents and pool owner as processes, for tests that play its story."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from api.clock import stopwatch
from api.custodian.company import Company
from api.demo import world
from api.serving import bound


@contextmanager
def on_stage(folder: Path, seed: bytes = world.DEFAULT_SEED) -> Iterator[tuple[world.Stage, Company]]:
    """Before the story; the agents run and make keys ahead, and end with the context."""
    with closing(world.Doors(centre=bound("127.0.0.1", 0), pool=bound("127.0.0.1", 0))) as doors:
        world.found(folder, seed)
        with Company(world.processes(folder, doors)) as company:
            stage = world.build(folder, seed, stopwatch, doors)
            with world.custodians_about(stage, doors.centre):
                yield stage, company
