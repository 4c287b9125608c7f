"""A thousand numbered panels: lawful, evenly shared, at less loss than naive rounding, the loss stated."""

from collections import Counter
from fractions import Fraction
from functools import cache

from benchmarks.quota import generated
from crypto.stream import Stream
from scheduler.check import Checker
from scheduler.limits import Limit
from scheduler.lottery import TOTAL, Lottery
from scheduler.quota import quota_limits
from scheduler.rules import limits, numbers_of
from scheduler.solve.ceremony import NUMBERS, Ceremony, ceremony
from scheduler.solve.draw import make_lottery
from tests.scheduler import worlds

SEED = b"balls" + bytes(27)


@cache
def drawn(number: int) -> tuple[tuple[Limit, ...], Lottery, Ceremony]:
    """A quota world, its lottery and its ceremony."""
    asked = generated((70, 24, 5, 4), number)
    case = asked.case()
    rows = quota_limits(case, asked.shares())
    lottery = make_lottery(case, rows)
    return rows, lottery, ceremony(lottery, Stream(SEED))


def test_every_numbered_panel_is_lawful() -> None:
    """A thousand whole panels of different people, each within every limit."""
    rows, _, made = drawn(1)
    checker = Checker(rows)
    assert len(made.panels) == NUMBERS
    assert all(not checker.breaches(panel) for panel in made.panels)
    assert made.label(7) == "007"


def test_the_loss_is_what_can_be_counted() -> None:
    """The smallest chance stated is that of the least lucky person on the panels."""
    for number in (1, 3, 4):
        _, lottery, made = drawn(number)
        count = Counter(choice.expert for panel in made.panels for choice in panel)
        before = lottery.chances()
        assert made.smallest == Fraction(min(count[who] for who in before), NUMBERS)
        assert made.loss == 1 - made.smallest / min(before.values())
        for members in lottery.classes:
            assert max(count[who] for who in members) - min(count[who] for who in members) <= 1


def naive(lottery: Lottery) -> Fraction:
    """The smallest chance where every panel comes as often as its tickets say, by largest remainders."""
    shares = [divmod(tickets * NUMBERS, TOTAL) for tickets in lottery.tickets]
    times = [whole for whole, _ in shares]
    for j in sorted(range(len(shares)), key=lambda j: -shares[j][1])[: NUMBERS - sum(times)]:
        times[j] += 1
    seats: Counter[int] = Counter()
    for often, panel in zip(times, lottery.panels, strict=True):
        for c, _, count in panel:
            seats[c] += often * count
    return Fraction(min(seats[c] // len(who) for c, who in enumerate(lottery.classes)), NUMBERS)


def test_optimised_rounding_loses_no_more_than_naive_rounding() -> None:
    """And less in all; nothing more than whole numbers must lose."""
    optimised = plain = Fraction(0)
    for number in (1, 2, 3, 4, 5):
        _, lottery, made = drawn(number)
        before = min(lottery.chances().values())
        assert made.smallest >= naive(lottery)
        assert made.smallest == Fraction(int(before * NUMBERS), NUMBERS)
        optimised, plain = optimised + made.loss, plain + 1 - naive(lottery) / before
    assert optimised < plain


def test_the_ceremony_depends_on_lottery_and_stream_alone() -> None:
    """Twice the same; another stream fills the same classes with others."""
    _, lottery, made = drawn(1)
    assert ceremony(lottery, Stream(SEED)) == made
    other = ceremony(lottery, Stream(bytes(32)))
    assert other.panels != made.panels
    assert other.smallest == made.smallest


def test_kept_members_sit_on_every_panel_and_no_open_seat_is_no_loss() -> None:
    """The kept are in all; where nothing is open all panels are the kept."""
    people = [worlds.expert(f"e{i}") for i in range(6)]
    kept = (worlds.choice("e0"),)
    case = worlds.case(people, [("A", 3)], kept=kept)
    made = ceremony(make_lottery(case, limits(case, numbers_of())), Stream(SEED))
    assert all(kept[0] in panel and len(panel) == 3 for panel in made.panels)
    full = worlds.case(people, [("A", 1)], kept=kept)
    done = ceremony(make_lottery(full, limits(full, numbers_of())), Stream(SEED))
    assert (done.smallest, done.loss, done.panels[999]) == (1, 0, kept)


def test_more_people_than_numbers_is_a_loss_of_one() -> None:
    """Whoever is on no numbered panel has no chance: the loss says so."""
    people = [worlds.expert(f"e{i:04d}") for i in range(1500)]
    case = worlds.case(people, [("A", 1)])
    assert ceremony(make_lottery(case, limits(case, numbers_of())), Stream(SEED)).loss == 1
