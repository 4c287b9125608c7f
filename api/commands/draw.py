"""`yuanping draw`: one draw from files, without database and network (docs/formats/draw.md)."""

import json
import os
import re
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import click

from api.clock import stopwatch
from api.commands.ending import BAD_INPUT, FILE, answer, orderly, spoken, tell
from api.intake.faults import Findings, refuse
from api.intake.pool import Pool, read_pool
from api.intake.request import AskedLimits, Request, read_request
from api.intake.sources import load
from api.words import say, shown
from scheduler.errors import Refused
from scheduler.limits import Numbers
from scheduler.pack import Pack, read
from scheduler.pack import load as load_pack
from scheduler.rules import numbers_of

NO_PANEL = 3
_SEED = re.compile(r"[0-9a-fA-F]{64}")
_BEYOND = 2**31 - 1  # no panel is that large; solvers count in 64 bits


class Seed(click.ParamType[bytes]):
    """32 bytes as 64 hexadecimal digits, in either case."""

    name = "hex"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> bytes:
        if isinstance(value, bytes):
            return value
        if not _SEED.fullmatch(str(value)):
            self.fail(say("draw.seed", spoken()), param, ctx)
        return bytes.fromhex(str(value))


@click.command("draw")
@click.argument("pool", metavar="POOL.csv", type=FILE)
@click.argument("request", metavar="REQUEST.json", type=FILE)
@click.option("--seed", type=Seed(), required=True, help="32 bytes as 64 hexadecimal digits.")
@click.option(
    "--repeat", type=click.IntRange(min=0), help="Also the panels of N seeds derived from the seed."
)
@click.option("--threads", type=click.IntRange(min=1), default=1, show_default=True)
@click.option(
    "--ceremony", is_flag=True, help="Also 1 000 numbered panels, for three digits drawn in public."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@orderly
def draw(
    pool: Path,
    request: Path,
    seed: bytes,
    repeat: int | None,
    threads: int,
    ceremony: bool,
    as_json: bool,
) -> None:
    """Draw one panel from a pool by lot, every chance as equal as the rules allow.

    按规则允许的最均等机会，从专家名单中随机抽取一个评标委员会。
    """
    people, asked = read_both(pool, request)
    pack = _pack()
    from api.commands.drawn import Drawing, Impossible, draw_from  # the solver is slow to import

    drawing = Drawing(
        case=asked.case(people),
        numbers=_numbers(asked.limits),
        seed=seed,
        repeat=repeat,
        threads=min(threads, os.cpu_count() or 1),
        numbered=ceremony,
    )
    found = draw_from(drawing, ladder=lambda: pack.ladder, clock=stopwatch, progress=_progress())
    if as_json:
        answer(json.dumps(found.document(spoken()), ensure_ascii=False))
    else:
        answer(found.report(spoken()))
    if isinstance(found, Impossible):
        raise SystemExit(NO_PANEL)


def read_both(pool: Path, request: Path) -> tuple[Pool, Request]:
    """Both files, read. Raises Faults with every fault of both at once."""
    of_pool, of_request = Findings(str(pool)), Findings(str(request))
    data = load(pool, of_pool)
    people = None if data is None else read_pool(data, of_pool)
    data = load(request, of_request)
    asked = None if data is None else read_request(data, of_request, people)
    refuse(of_pool, of_request)
    if people is None or asked is None:
        raise RuntimeError("a file was not read and no fault was noted")
    return people, asked


def _pack() -> Pack:
    """The pack whose ladder is told when there is no panel; a wrong name is bad input before any work."""
    name = os.environ.get("YUANPING_RULE_PACK", "").strip() or "national"
    try:
        return read(Path(name).read_text(encoding="utf-8")) if name.endswith(".toml") else load_pack(name)
    except Refused as refusal:
        reason: object = "; ".join(refusal.facts["faults"])
    except (OSError, UnicodeDecodeError) as fault:
        reason = fault
    tell(say("draw.pack", spoken(), pack=shown(name), reason=shown(reason, 500)))
    raise SystemExit(BAD_INPUT)


def _numbers(limits: AskedLimits) -> Numbers:
    asked = asdict(limits)
    return numbers_of(**{name: None if n is None else min(n, _BEYOND) for name, n in asked.items()})


def _progress() -> Callable[[str], None] | None:
    """Progress goes to a person at a terminal; a script's standard error stays quiet."""
    return tell if sys.stderr.isatty() else None
