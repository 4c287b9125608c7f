"""`yuanping plan`: days of lots from files, without database and network (docs/formats/plan.md)."""

import hashlib
import json
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
from api.commands.ending import BAD_INPUT, answer, orderly, spoken, tell
from api.intake.world import read_world
from api.words import Lang, say
from crypto.stream import Stream
from scheduler.limits import Words
from scheduler.model import LotId

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


@click.command("plan")
@click.argument("world", metavar="WORLD", type=click.Path(path_type=Path))
@click.option("--out", metavar="PLAN.json", type=click.Path(path_type=Path), required=True)
@click.option("--seed", type=_Seed(), default=DEFAULT_SEED, help="32 bytes as 64 hexadecimal digits.")
@click.option("--no-draw", is_flag=True, help="Place only; panels are guaranteed to exist.")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    help="Seconds of wall time for everything; without it the plan is reproducible.",
)
@click.option("--json", "as_json", is_flag=True, help="PLAN.json also on standard output.")
@orderly
def plan(world: Path, out: Path, seed: bytes, no_draw: bool, time_limit: float | None, as_json: bool) -> None:
    """Place lots in windows and at sites, and draw every panel by lot.

    把各标段安排到时段和场所，并为每个标段随机抽取评标委员会。
    """
    began = stopwatch()
    _writable(out)
    days = read_world(world)
    from api.commands.planned import document, report  # the solver is slow to import
    from scheduler.solve.timetable import make_timetable
    from scheduler.solve.timetable_effort import Effort
    from scheduler.solve.timetable_relax import cures

    lang = spoken()
    effort = Effort(
        clock=stopwatch,
        began=began,
        until=None if time_limit is None else began + max(time_limit - AROUND, time_limit / 2),
        tell=lambda words: tell(_in(words, lang)),
    )
    effort.mark("read", began)
    with _stopping(effort):
        made = make_timetable(
            days, effort, tickets=None if no_draw else _tickets(seed), workers=os.cpu_count() or 1
        )
    effort.seconds["total"] = stopwatch() - began
    told = document(made, effort.seconds, lang, panels=not no_draw)
    _write(out, json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    if as_json:
        answer(json.dumps(told, ensure_ascii=False))
    else:
        hurried = time_limit is not None or effort.stopped
        answer(report(made, lang, {} if hurried else cures(days, made, lots=HELPED)))
    if not made.placed:
        raise SystemExit(NO_PLAN)


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
