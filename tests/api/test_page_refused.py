"""Does a supervisor read a custodian's refusal in plain words, in both languages?"""

import re
from pathlib import Path

import pytest

from api.views.refused import plainly
from api.words import Lang, say
from scheduler import release

NEEDS = re.findall(r'needs="(\w+)"|_needs\(.*, key, "(\w+)"\)', Path(release.__file__).read_text("utf-8"))


@pytest.mark.parametrize("needs", sorted(one or other for one, other in NEEDS))
def test_every_record_that_a_key_waits_for_has_a_name(needs: str) -> None:
    """Neither a key's own name nor a record's reaches a Chinese page."""
    facts = {"key": "scores", "needs": needs}
    told = say("custodian.why.key_too_early", Lang.ZH, **plainly(facts, Lang.ZH))
    assert "密钥 评分 的开启条件未到" in told
    assert not re.search("[a-z]", told)


def test_a_key_is_called_as_in_the_table_of_keys() -> None:
    """The seeds of a round with its number; a key of an emergency opening keeps its own name; numbers stay."""
    assert plainly({"key": "seeds/3", "slot": 2}, Lang.ZH) == {"key": "抽取种子，轮次 3", "slot": 2}
    assert plainly({"key": "glass/2"}, Lang.EN) == {"key": "glass/2"}
