"""`yuanping import`: registers from CSV or XLSX, a dry run first (docs/formats/registers.md)."""

import os
from collections.abc import Mapping
from pathlib import Path

import click
from sqlmodel import Session

from api import clock, keyring
from api.commands.ending import BAD_INPUT, FILE, answer, orderly, spoken, tell
from api.intake.faults import Fault, Faults, Findings, refuse
from api.intake.registers import Kind, Known, Reading, read_register
from api.intake.sources import load
from api.services.importing import ImportPlan, apply_import, plan_import
from api.services.references import ImportFault
from api.settings import BadSettings, Settings, read_settings
from api.store import registers
from api.store.db import Database, StorageFailed
from api.store.personal import KEY, Personal
from api.store.schema import is_current
from api.words import say
from crypto.errors import Broken

FAILED = 1
LOTS = "lots"
KINDS = (*(kind.value for kind in Kind), LOTS)
SHOWN = 10  # keys of changed records named in the report

# The columns of fields that are spelled otherwise in files.
_COLUMNS: Mapping[str, str] = {"workstations": "rooms"}


@click.command("import")
@click.argument("kind", metavar="|".join(KINDS), type=click.Choice(KINDS))
@click.argument("file", metavar="FILE", type=FILE)
@click.option("--apply", "write", is_flag=True, help="Write; without it only what would happen is told.")
@click.option("--login", default="operator", show_default=True, help="Who books, for `lots`.")
@orderly
def import_(kind: str, file: Path, write: bool, login: str) -> None:
    """Take a register file, or a batch of lots, in whole or not at all; a dry run unless --apply is given.

    导入登记表或批量预约标段：整个文件导入，有误则一条也不导入；不加 --apply 只试算。
    """
    if kind == LOTS:
        from api.commands.lots import import_lots  # the planner is slow to import

        import_lots(file, login, write=write)
        return
    findings = Findings(str(file))
    data = load(file, findings)
    refuse(findings)
    register = Kind(kind)
    try:
        plan = _taken_in(register, data or b"", findings, write)
    except (BadSettings, keyring.KeysMissing, Broken) as fault:
        tell(say("import.setup", spoken(), reason=fault))
        raise SystemExit(BAD_INPUT) from None
    except StorageFailed as failed:
        tell(say(f"import.storage-{failed.fault.value}", spoken()))
        raise SystemExit(FAILED) from None
    answer(_report(register, plan, write))


def _taken_in(kind: Kind, data: bytes, findings: Findings, write: bool) -> ImportPlan:
    """The plan, and with `write` the deed, both on one snapshot of the registers."""
    settings = read_settings(os.environ)
    database = _database(settings)
    key = _key(kind, settings)
    try:
        with database.transaction() if write else database.reading() as session:
            read = read_register(kind, data, findings, _known(session))
            refuse(findings)
            plan = plan_import(session, read.records, key=key)
            if plan.faults:
                raise Faults(_fault(findings.file, read, fault) for fault in plan.faults)
            return apply_import(session, read.records, key=key, at=clock.now()) if write else plan
    finally:
        database.close()


def _database(settings: Settings) -> Database:
    """The installation's database; a missing or outdated one is a sentence and is not made here."""
    database = Database(settings.database_url)
    path = database.url.database
    absent = database.url.get_backend_name() == "sqlite" and not Path(path or "").is_file()
    if absent or not is_current(database):
        tell(say("import.schema", spoken()))
        raise SystemExit(BAD_INPUT)
    return database


def _key(kind: Kind, settings: Settings) -> Personal:
    """The key of personal data; only experts have any, other registers are imported without the key file."""
    if kind is Kind.EXPERTS:
        return keyring.load(settings.secret_key_file).personal
    return Personal(bytes(KEY))


def _known(session: Session) -> Known:
    return Known(
        regions=frozenset(each.code for each in registers.regions(session)),
        specialities=frozenset(each.code for each in registers.specialities(session)),
        organisations=frozenset(each.code for each in registers.organisations(session)),
        experts=frozenset(registers.numbers(session)),
    )


def _fault(file: str, read: Reading, fault: ImportFault) -> Fault:
    """What the registers hold against a row, at the row's place in the file."""
    field = _COLUMNS.get(fault.field, fault.field)
    return Fault(
        file=file,
        row=read.rows.get(fault.entry.key, 1),
        column=read.headings.get(field, next(iter(read.headings.values()))),
        code=f"import.{fault.wrong.value}",
        facts={"value": fault.value},
    )


def _report(kind: Kind, plan: ImportPlan, written: bool) -> str:
    lang = spoken()
    counts = {"new": len(plan.new), "changed": len(plan.changed), "unchanged": plan.unchanged}
    lines = [say("import.counts", lang, register=say(f"import.register.{kind.value}", lang), **counts)]
    if plan.changed:
        keys = ", ".join(entry.key for entry in plan.changed[:SHOWN])
        lines.append(say("import.changed", lang, keys=keys + (" …" if len(plan.changed) > SHOWN else "")))
    lines.append(say("import.written" if written else "import.dry", lang))
    return "\n".join(lines)
