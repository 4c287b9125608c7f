"""On which side of the draw does evidence fall: was the source right and the recusal missed, or did it come late?"""

from datetime import date
from enum import StrEnum

from scheduler.exhibits import Finding
from scheduler.limits import Words


class Side(StrEnum):
    """Where a source's date stands to the day of the draw."""

    MISSED = "missed"  # on record before the day of the draw
    LATE = "late"  # on that day or later: right at the time
    UNDATED = "undated"


def side_of(finding: Finding, drawn: date) -> Side:
    """`drawn`: the day of the draw in China. The day itself counts as late: hours are not on record."""
    if finding.dated is None:
        return Side.UNDATED
    return Side.MISSED if finding.dated < drawn else Side.LATE


def told(finding: Finding, drawn: date) -> Words:
    """The finding in the verifier's words."""
    feed = finding.feed or "–"
    if (side := side_of(finding, drawn)) is Side.UNDATED:
        return Words(f"证据未注明时间（来源 {feed}）", f"the evidence bears no date (source {feed})")
    when = finding.dated
    if side is Side.MISSED:
        return Words(
            f"来源“{feed}”自 {when} 起已有记载，早于 {drawn} 抽取：应回避而未回避，失误在该来源的接入",
            f"source {feed} has had it since {when}, before the draw of {drawn}: "
            "a missed recusal, and that feed failed",
        )
    return Words(
        f"来源“{feed}”自 {when} 起才有记载，不早于 {drawn} 抽取：抽取时依当时数据无误，来源迟到",
        f"source {feed} has it since {when} only, not before the draw of {drawn}: "
        "the draw was right by the data of its day, the source came late",
    )
