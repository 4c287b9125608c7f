"""The town's evaluation in beats, one method each, so that a test can tell one of them differently."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from api.demo.people import OPERATOR
from api.services import closing, drawing, opening, revealing
from api.store.db import Database
from api.store.schema import upgrade
from scheduler.model import LotId
from scheduler.records import Registers
from tests.town import LOT, SEED, Town, found


class Tale:
    """Three rounds: the first draw, one for who declines, one for who is recused at the opening."""

    def __init__(self, town: Town) -> None:
        self.town, self.office, self.lot = town, town.office, town.lot

    def tell(self) -> Town:
        """All beats in order, to F6."""
        self.town.book()
        self.town.prepare()
        return self.from_the_draw()

    def from_the_draw(self) -> Town:
        """All beats from the first draw on, to F6."""
        self.round()
        first = self.town.state.experts()[0].member
        self.town.decline(first)
        self.round()
        self.town.accept_all()
        self.open_bids()
        self.round()
        self.town.accept_all()
        self.town.arrive_all()
        return self.evaluate()

    def evaluate(self) -> Town:
        """All beats once everybody is at the gate, to F6."""
        opening.blind(self.office, OPERATOR, self.lot)
        self.town.score_all()
        closing.close(self.office, OPERATOR, self.lot)
        self.total()
        self.reveal()
        self.report()
        return self.town

    def round(self) -> None:
        """Fix and draw."""
        self.fix()
        self.draw()

    def fix(self) -> None:
        """The lottery of a round."""
        drawing.fix(self.office, OPERATOR, self.lot)

    def draw(self) -> None:
        """Its winners."""
        drawing.draw(self.office, OPERATOR, self.lot)

    def open_bids(self) -> None:
        """Three bids; the first expert works for a bidder's sister company."""
        self.town.open_bids(self.town.state.experts()[0].member)

    def total(self) -> None:
        """Scores opened and added up."""
        closing.total(self.office, OPERATOR, self.lot)

    def reveal(self) -> None:
        """Bidders behind the bids."""
        revealing.reveal(self.office, OPERATOR, self.lot)

    def report(self) -> None:
        """The ranking."""
        revealing.report(self.office, OPERATOR, self.lot)


@contextmanager
def fresh(
    folder: Path,
    *,
    seed: bytes = SEED,
    lot: LotId = LOT,
    people: Registers | None = None,
    found: Callable[..., Town] = found,
) -> Iterator[Town]:
    """A town of its own on SQLite in a folder; `people`: another register; `found`: another kind of town."""
    database = Database(f"sqlite:///{folder / lot}-{seed[:4].hex()}.db")
    upgrade(database)
    yield found(database, seed, lot, people)
    database.close()
