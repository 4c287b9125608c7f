"""Do the pulses in the tickets come from the beacon that was named? Part of step 10; offline, by its signature."""

from crypto.errors import Broken
from scheduler.audit.case import AuditCase
from scheduler.events import PulseMissed
from scheduler.limits import Words
from scheduler.pulse import check, with_pulse
from scheduler.state import Round


def joined(case: AuditCase, seeded: bytes, under_way: Round) -> bytes:
    """The ticket of a round: what the seeds gave, with the pulse that its lottery named."""
    beacon, taken = case.final().beacon, under_way.taken
    if beacon is None or taken is None:
        return seeded
    return with_pulse(seeded, taken.pulse, taken.value)


def told(case: AuditCase) -> Words:
    """Which beacon, whether its key is pinned, and every pulse that was missed.

    Raises Broken for another key, and for a pulse that the beacon has not signed, whether its round was drawn or not.
    """
    final = case.final()
    if final.beacon is None:
        return Words("", "")
    pinned = case.pins.beacons.get(final.beacon.id)
    if pinned is not None and pinned.hex() != final.beacon.key:
        raise Broken(f"beacon {final.beacon.id} has another key than pinned")
    found = [each.taken for each in final.rounds if each.taken]
    for each in found:
        check(final.beacon, each)
    zh, en = ("已固定", "pinned") if pinned else ("未固定", "not pinned")
    numbers = ", ".join(str(each.pulse) for each in found) or "–"
    gone = _missed(case)
    return Words(
        f"；并入信标 {final.beacon.id}（密钥{zh}）的脉冲 {numbers}，均在承诺之后产生{gone.zh}",
        f"; with pulses {numbers} of the beacon {final.beacon.id} (key {en}), due after the commitment{gone.en}",
    )


def _missed(case: AuditCase) -> Words:
    """Every pulse that the supervisor signed for as missed, with the reason; only the signer's word says so."""
    zh, en = "", ""
    for before, entry in case.moments:
        event = entry.event
        if not isinstance(event, PulseMissed) or before is None:
            continue
        pulse = before.rounds[-1].awaits
        then = (
            (f"改用 {event.later}", f"{event.later} instead") if event.later else ("不用信标", "none instead")
        )
        zh += f"；第 {event.round} 轮脉冲 {pulse} 未到，监督签字{then[0]}（“{event.reason}”）"
        en += f"; round {event.round}: pulse {pulse} missed, by the supervisor's word, {then[1]} (“{event.reason}”)"
    return Words(zh, en)
