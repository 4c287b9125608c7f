"""How does a page say words, dates, chances and short digests in its reader's language?"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from api.words import Lang, say
from scheduler.attempts import attempt_of, base_of
from scheduler.limits import Words
from scheduler.model import LotId
from scheduler.rules.day import SHANGHAI

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Speaks one language; every time is told in Asia/Shanghai."""

    language: Lang

    def __call__(self, key: str, **facts: Any) -> str:
        """The sentence `key` of the table [page]."""
        return say(f"page.{key}", self.language, **facts)

    def pick(self, words: Words) -> str:
        """What the rules and the verifier say, in this language."""
        return words.zh if self.chinese else words.en

    def law(self, source: str) -> str:
        """The source of a rule; rules name practice in English, which a Chinese page calls by one word."""
        if not self.chinese:
            return source
        laws = [each for each in source.split("; ") if not re.search("[a-z]{3}", each)]
        return "; ".join(laws) or self("law.practice")

    @property
    def chinese(self) -> bool:
        """Whether this is the source language."""
        return self.language is Lang.ZH

    def date(self, d: date) -> str:
        """2026年12月1日 / 1 Dec 2026."""
        return (
            f"{d.year}年{d.month}月{d.day}日" if self.chinese else f"{d.day} {MONTHS[d.month - 1]} {d.year}"
        )

    def day(self, at: datetime) -> str:
        """The date of a moment."""
        return self.date(at.astimezone(SHANGHAI).date())

    def weekday(self, at: datetime) -> str:
        """周二 / Tue."""
        names = "周一 周二 周三 周四 周五 周六 周日" if self.chinese else "Mon Tue Wed Thu Fri Sat Sun"
        return names.split()[at.astimezone(SHANGHAI).weekday()]

    def hour(self, at: datetime) -> str:
        """09:00."""
        return f"{at.astimezone(SHANGHAI):%H:%M}"

    def when(self, at: datetime) -> str:
        """2026年12月1日 09:00 / 1 Dec 2026 09:00."""
        return f"{self.day(at)} {self.hour(at)}"

    def window(self, starts: datetime, ends: datetime) -> str:
        """Day and both hours; both days when midnight lies between."""
        same = starts.astimezone(SHANGHAI).date() == ends.astimezone(SHANGHAI).date()
        return f"{self.when(starts)}–{self.hour(ends) if same else self.when(ends)}"

    def left(self, until: datetime, now: datetime) -> str:
        """How long until then, in hours and minutes; a sentence when it is over."""
        minutes = int((until - now).total_seconds() // 60)
        if minutes < 0:
            return self("left.over")
        return self("left.hours", hours=minutes // 60, minutes=minutes % 60)

    def odds(self, chance: Fraction) -> str:
        """1/40 = 2.5%; a fraction too long to read is told in percent, rounded to three places."""
        percent = round(chance * 100, 3)
        told = f"{float(percent):.3f}".rstrip("0").rstrip(".") + "%"
        if chance.denominator > 9999:
            return f"≈ {told}"
        return f"{chance.numerator}/{chance.denominator} {'=' if percent == chance * 100 else '≈'} {told}"

    def lot(self, lot: LotId) -> str:
        """A lot as people know it, with its attempt from the second on."""
        attempt = attempt_of(lot)
        return base_of(lot) if attempt == 1 else self("lot.attempt", lot=base_of(lot), attempt=attempt)

    def short(self, digest: str) -> str:
        """The first and last characters of a digest, enough to compare by eye."""
        return digest if len(digest) <= 20 else f"{digest[:10]}…{digest[-6:]}"
