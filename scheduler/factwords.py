"""How does a Chinese sentence say a fact that is a code of the register?"""

from collections.abc import Mapping

from scheduler.model import Kinship, Standing, Tie

_TIES: Mapping[str, str] = {
    "employed": "任职",
    Tie.DIRECTOR: "董事、监事",
    Tie.HOLDER: "控股股东、实际控制人",
    Tie.KIN_HEAD: "法定代表人、负责人的亲属",
    Tie.KIN_OFFICER: "主要负责人的亲属",
    Tie.INTEREST: "经济利益",
    Tie.RETIRED: "退休",
    Tie.SUPPLIER: "分包、协作",
    Tie.OTHER: "由投标人或招标人提出",
    Tie.DECLARED: "本人申报",
}
_KIN: Mapping[str, str] = {
    Kinship.SPOUSE: "配偶",
    Kinship.LINEAL: "直系血亲",
    Kinship.COLLATERAL: "旁系血亲",
    Kinship.IN_LAW: "姻亲",
}
# By the name of the fact; a fact may go on after its code, as in `lineal/2` or `since 2020-01-01`.
_CODES: Mapping[str, Mapping[str, str]] = {
    "standing": {Standing.SUSPENDED: "暂停", Standing.BANNED: "取消资格"},
    "tie": _TIES,
    "kinship": {**_TIES, **_KIN},
    "lacks": {"title": "职称不符", "since": "从业始于"},
}


def in_chinese(name: str, fact: str | int) -> str | int:
    """The fact `name` for a Chinese sentence: the code's own words, and the generations of kin; else as it is."""
    if not isinstance(fact, str) or name not in _CODES:
        return fact
    code, _, degree = fact.partition("/")
    word, _, more = code.partition(" ")
    said = _CODES[name].get(word, word)
    return said + (f" {more}" if more else "") + (f"（{degree} 代）" if degree else "")
