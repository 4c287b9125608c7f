"""Faults of the verifier in Chinese: every sentence it can say of a broken step has its Chinese."""

import ast
import re
from pathlib import Path

import pytest

from scheduler import audit
from scheduler.audit import verify
from scheduler.audit.case import Outcome, Pins
from scheduler.audit.chinese import SENTENCES, in_chinese, of_refusal
from scheduler.errors import Refused

BUNDLES = Path(__file__).parents[2] / "fixtures" / "bundles"
CHINESE = re.compile("[\u4e00-\u9fff]")


def raised() -> list[str]:
    """The sentences of `Broken` in scheduler/audit, a 7 in every slot."""
    found = []
    for file in sorted(Path(audit.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Broken":
                told = node.args[0]
                parts = told.values if isinstance(told, ast.JoinedStr) else [told]
                found.append("".join(str(p.value) if isinstance(p, ast.Constant) else "7" for p in parts))
    return found


def test_every_fault_the_steps_name_has_its_chinese() -> None:
    """A supervisor meets no English sentence, whichever step breaks."""
    sentences = [each for each in raised() if each != "7: 7"]  # a person, and a fault from elsewhere
    assert len(sentences) > 100
    assert [each for each in sentences if re.search("[a-z]{2}", in_chinese(each))] == []


def test_a_sentence_has_as_many_slots_in_both_languages() -> None:
    """Nothing that the English names is lost."""
    assert [en for en, zh in SENTENCES.items() if en.count("{}") != zh.count("{}")] == []


@pytest.mark.parametrize("file", sorted(BUNDLES.glob("[01]*.jsonl")), ids=lambda file: file.stem[:2])
def test_the_sample_bundles_break_in_chinese(file: Path) -> None:
    """What the samples' broken steps say differs between the languages."""
    broken = [f for f in verify(file.read_bytes(), Pins()).findings if f.state is Outcome.BROKEN]
    assert broken
    assert [f.says for f in broken if not CHINESE.search(f.says.zh) or CHINESE.search(f.says.en)] == []


def test_a_fault_within_a_fault_is_chinese_too() -> None:
    """Whose, which entry and why, each in its place; what is not known stays as it is."""
    assert in_chinese("entry 5: nobody says so of this invitation: the signature does not fit: a/b/v1") == (
        "第 5 条记录：这份邀请的送达无人证明：签名不符（a/b/v1）"
    )
    assert in_chinese("P-1: the envelope is sealed to another key") == "P-1：密封件密封给另一把密钥"
    assert in_chinese("entry 5: D4a is for supervisor to decide, not operator") == (
        "第 5 条记录：D4a 应由 监督 决定，而不是 经办"
    )
    assert in_chinese("of a kind: never heard") == "of a kind: never heard"


def test_a_refusing_rule_is_named_with_its_title() -> None:
    """A guard that a bundle breaks is told by id and title, a refusal of the replay by what it means."""
    assert of_refusal(Refused("C1", least=5)) == "违反规则 C1（评标委员会人数为单数且不少于规定）"
    assert of_refusal(Refused("stale", seq=3, expected=3)).endswith("与上一条记录不衔接（序号 3，应为 3）")
