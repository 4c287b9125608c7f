"""What is told to a member of the own sheet before it is sealed? The table that the browser's script answers too."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scheduler.exhibits import Criterion
from scheduler.outliers import OWN_FAR, own_hints

TABLE = Path(__file__).parents[2] / "fixtures/vectors/own_hints.json"
CASES = json.loads(TABLE.read_text("utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["says"])
def test_the_table_of_hints(case: dict[str, Any]) -> None:
    """Far from the own middle by more than so many percent of the full marks, exactly."""
    scores: dict[str, dict[str, Decimal]] = {}
    for number, (code, score) in enumerate(case["lines"]):
        scores.setdefault(code, {})[str(number)] = Decimal(score)
    criteria = [Criterion(id="T", name="-", most=Decimal(case["full"]), step=Decimal("0.01"))]
    assert list(own_hints(scores, criteria)) == case["far"]


def test_the_page_gets_a_whole_number_of_percent() -> None:
    """The script compares whole numbers: the threshold must be one."""
    assert int(OWN_FAR) == OWN_FAR
