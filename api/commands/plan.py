"""`yuanping plan`: days of lots from files, without database and network (docs/formats/plan.md)."""

import hashlib
import json
import math
import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import click

from api.clock import stopwatch
from api.commands.ending import BAD_INPUT, FILE, answer, orderly, spoken, tell
from api.intake.faults import Findings, refuse
from api.intake.plan import OldPlan, read_plan
from api.intake.sources import load
from api.intake.world import read_world
from api.words import Lang, say, shown
from crypto.stream import Stream
from scheduler.limits import Words
from scheduler.model import LotId
from scheduler.timetable import Days

NO_PLAN = 3
AROUND = 0.3  # seconds for the process to start and to end, which no clock of ours sees
HELPED = 5  # lots without a place for which it is tried what would let them in
_SEED = re.compile(r"[0-9a-fA-F]{64}")
DEFAULT_SEED = hashlib.sha256(b"yuanping/plan/default-seed/v1").digest()


class _Seed(click.ParamType[bytes]):
    name = "hex"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> bytes:
        if isinstance(value, bytes):
            return value
        if not _SEED.fullmatch(str(value)):
            self.fail(say("draw.seed", spoken()), param, ctx)
        return bytes.fromhex(str(value))


def _finite(ctx: click.Context, param: click.Parameter, value: float | None) -> float | None:
    """Click's range lets through what is no number (nan): no clock would ever reach it."""
    if value is not None and not math.isfinite(value):
        raise click.BadParameter(say("plan.time-limit", spoken()), ctx, param)
    return value


@click.command("plan")
@click.argument("world", metavar="WORLD", type=FILE)
@click.option("--out", metavar="PLAN.json", type=click.Path(path_type=Path), required=True)
@click.option("--seed", type=_Seed(), default=DEFAULT_SEED, help="32 bytes as 64 hexadecimal digits.")
@click.option("--no-draw", is_flag=True, help="Place only; panels are guaranteed to exist.")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    callback=_finite,
    help="Seconds of wall time for everything; without it the plan is reproducible.",
)
@click.option(
    "--from",
    "old",
    metavar="PLAN.json",
    type=FILE,
    help="Make this plan again with the fewest changes; adds `moved`.",
)
@click.option(
    "--freeze",
    metavar="LOT",
    multiple=True,
    help="With --from: a drawn and notified lot (several by ; or again); it moves only if it must.",
)
@click.option("--json", "as_json", is_flag=True, help="PLAN.json also on standard output.")
@orderly
def plan(
    world: Path,
    out: Path,
    seed: bytes,
    no_draw: bool,
    time_limit: float | None,
    old: Path | None,
    freeze: tuple[str, ...],
    as_json: bool,
) -> None:
    """Place lots in windows and at sites, and draw every panel by lot.

    把各标段安排到时段和场所，并为每个标段随机抽取评标委员会。

    With --from an earlier plan is made again after the world has changed: what can stay stays, panels included; a lot
    that moves is drawn anew. 加 --from 时在原方案上最少改动：能不动的不动，人员不变；移动的重新抽取。
    """
    began = stopwatch()
    _writable(out)
    days = read_world(world)
    before = _before(days, old, freeze)
    from api.commands.planned import document, moved_in, report, told_moved  # the solver is slow to import
    from scheduler.solve.timetable import make_timetable
    from scheduler.solve.timetable_effort import Effort
    from scheduler.solve.timetable_relax import cures
    from scheduler.solve.timetable_remake import Old, Remade, remake

    lang = spoken()
    effort = Effort(
        clock=stopwatch,
        began=began,
        until=None if time_limit is None else began + max(time_limit - AROUND, time_limit / 2),
        tell=lambda words: tell(_in(words, lang)),
    )
    effort.mark("read", began)
    tickets, workers = None if no_draw else _tickets(seed), os.cpu_count() or 1
    again: Remade | None = None
    with _stopping(effort):
        if before is None:
            made = make_timetable(days, effort, tickets=tickets, workers=workers)
        else:
            was = Old(placed=before.placed, unplaced=before.unplaced, frozen=_frozen(days, freeze))
            again = remake(days, was, effort, tickets=tickets, workers=workers)
            made = again.timetable
    effort.seconds["total"] = stopwatch() - began
    told = document(made, effort.seconds, lang, panels=not no_draw)
    told |= {"moved": moved_in(again, panels=not no_draw)} if again else {}
    _write(out, json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    if as_json:
        answer(json.dumps(told, ensure_ascii=False))
    else:
        hurried = time_limit is not None or effort.stopped
        lines = report(made, lang, {} if hurried else cures(days, made, lots=HELPED))
        answer("\n".join([lines, *(told_moved(again, lang) if again else ())]))
    if not made.placed:
        raise SystemExit(NO_PLAN)


def _before(days: Days, old: Path | None, freeze: tuple[str, ...]) -> OldPlan | None:
    """The plan to be made again. Raises Faults; UsageError for --freeze without --from or for lots that are not
    there."""
    named = {LotId(name) for one in freeze for name in one.split(";")}
    unknown = sorted(named - {lot.id for lot in days.lots})
    if (named and old is None) or unknown:
        code = "plan.freeze-unknown" if unknown else "plan.freeze-alone"
        raise click.UsageError(say(code, spoken(), lots=", ".join(map(shown, unknown))))
    if old is None:
        return None
    findings = Findings(str(old))
    data = load(old, findings)
    found = None if data is None else read_plan(data, findings)
    refuse(findings)
    return found


def _frozen(days: Days, freeze: tuple[str, ...]) -> frozenset[LotId]:
    """Lots named, and lots whose row says so."""
    named = {LotId(name) for one in freeze for name in one.split(";")}
    return frozenset(named | {lot.id for lot in days.lots if lot.frozen})


def _tickets(seed: bytes) -> Callable[[LotId], bytes]:
    """Chance for every lot by its label, so that one lot's draw does not hang on another's."""
    return lambda lot: Stream(seed).derive("plan", lot).take(32)


def _in(words: Words, lang: Lang) -> str:
    return words.en if lang is Lang.EN else words.zh


def _writable(out: Path) -> None:
    """End at once where the plan could not be written in the end."""
    folder = out.parent
    if out.is_dir() or not folder.is_dir() or not os.access(out if out.exists() else folder, os.W_OK):
        tell(say("plan.unwritable", spoken(), out=out))
        raise SystemExit(BAD_INPUT)


def _write(out: Path, text: str) -> None:
    """The whole file or none: a plan half written is worse than the old one."""
    if not out.exists() or out.is_file():
        draft = out.with_name(f".{out.name}.{os.getpid()}")
        try:
            draft.write_text(text, encoding="utf-8")
            draft.replace(out)
        finally:
            draft.unlink(missing_ok=True)
    else:  # a pipe or a device
        out.write_text(text, encoding="utf-8")


@contextmanager
def _stopping(effort: Any) -> Iterator[None]:
    """While planning, Ctrl-C asks for the best plan found instead of ending the command."""

    def stop(signum: int, frame: FrameType | None) -> None:
        effort.stopped = True

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
