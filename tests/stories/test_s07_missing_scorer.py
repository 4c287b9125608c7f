"""S7 A scorer is missing: with four of five sheets nothing closes and the map stays sealed."""

import pytest

from api.demo.people import OPERATOR
from api.services import closing, revealing, ticking
from scheduler.errors import Refused
from scheduler.release import BIDDERS, SCORES
from scheduler.state import Phase


def test_four_of_five_sheets_close_nothing(town):
    """Neither the operator nor the clock can close, add up or reveal; no key of scores or bidders is open."""
    town.drawn().blinded()
    *present, ill = town.state.current()
    for sitting in present:
        town.score(sitting.member)
    assert ticking.tick(town.office) == ()
    for verb in (closing.close, closing.total, revealing.reveal):
        with pytest.raises(Refused):
            verb(town.office, OPERATOR, town.lot)
    assert town.state.phase is Phase.F3
    assert {BIDDERS, SCORES}.isdisjoint(name for name, _ in town.state.opened_keys)
    town.score(ill.member)
    closing.close(town.office, OPERATOR, town.lot)
    assert len(town.state.sheets) == 5
