"""Sheets → totals and ranking, in Decimal; who scored what stays outside."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from scheduler.errors import Refused
from scheduler.exhibits import Criterion, Identity, Ranked, Rejected, Report, SlotTotal

CENT = Decimal("0.01")
Scores = Mapping[str, Mapping[str, Decimal]]  # code → criterion → score


def check_scores(scores: Scores, codes: Sequence[str], criteria: Sequence[Criterion]) -> None:
    """Raises Refused("sheet") unless every code has every criterion, within its range and step."""
    if sorted(scores) != sorted(codes):
        raise Refused("sheet", fault="codes", expected=len(codes), found=len(scores))
    for code, lines in scores.items():
        if sorted(lines) != sorted(c.id for c in criteria):
            raise Refused("sheet", fault="criteria", code=code)
        for criterion in criteria:
            if not in_range(criterion, lines[criterion.id]):
                raise Refused(
                    "sheet", fault="score", code=code, criterion=criterion.id, most=str(criterion.most)
                )


def in_range(criterion: Criterion, score: Decimal) -> bool:
    """From 0 to `most` in whole steps."""
    return score.is_finite() and 0 <= score <= criterion.most and score % criterion.step == 0


def totals(by_slot: Sequence[Sequence[Decimal]]) -> tuple[SlotTotal, ...]:
    """Per slot the mean of the members' sums, to the cent, half up. `by_slot[slot]` lists the members' sums."""
    return tuple(
        SlotTotal(slot=slot, total=(sum(sums, Decimal(0)) / len(sums)).quantize(CENT, rounding=ROUND_HALF_UP))
        for slot, sums in enumerate(by_slot)
    )


def ranking(slot_totals: Sequence[SlotTotal], identities: Sequence[Identity]) -> tuple[Ranked, ...]:
    """Highest total first; equal totals share a rank and stand in the order of their names."""
    names = {identity.slot: identity.name for identity in identities}
    ordered = sorted(slot_totals, key=lambda t: (-t.total, names[t.slot]))
    higher = [sum(1 for other in slot_totals if other.total > t.total) for t in ordered]
    return tuple(
        Ranked(rank=above + 1, slot=t.slot, name=names[t.slot], total=t.total)
        for above, t in zip(higher, ordered, strict=True)
    )


def reported(
    slot_totals: Sequence[SlotTotal], identities: Sequence[Identity], out: Mapping[int, str]
) -> Report:
    """The report. `out`: rejected slots with the code of the check they failed."""
    names = {identity.slot: identity.name for identity in identities}
    ranked = ranking([each for each in slot_totals if each.slot not in out], identities)
    rejected = tuple(Rejected(slot=slot, name=names[slot], code=code) for slot, code in sorted(out.items()))
    return Report(ranking=ranked, rejected=rejected)
