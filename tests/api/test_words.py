"""The sentences: both languages say the same things with the same facts."""

from string import Formatter

from api.words import Lang, catalogue, lang_of, say, shown


def fields(sentence: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(sentence)} - {None}


def test_both_catalogues_hold_the_same_codes_and_facts() -> None:
    """No sentence is missing in one language, and none forgets a fact of the other."""
    zh, en = catalogue(Lang.ZH), catalogue(Lang.EN)
    assert zh.keys() == en.keys()
    assert [code for code in zh if fields(zh[code]) != fields(en[code])] == []


def test_an_unknown_code_is_shown_with_its_facts() -> None:
    """A sentence nobody wrote does not hide the refusal."""
    assert say("no.such", "en", a=1) == "no.such(a=1)"


def test_chinese_is_the_default_language() -> None:
    """Only a wish for English is heard as English."""
    assert [lang_of(w) for w in (None, "", "zh-CN", "fr", "en", "en_US.UTF-8")] == [Lang.ZH] * 4 + [
        Lang.EN
    ] * 2


def test_foreign_text_is_shown_on_one_line() -> None:
    """Control characters are escaped and long text is cut."""
    assert shown("a\n\x1b\ud800") == "a\\n\\x1b\\ud800"
    assert shown("x" * 100) == "x" * 60 + "…"
