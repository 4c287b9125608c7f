"""Which rows the registers are made of.

Personal data (`sealed_*`) is ciphertext bound to its table, column and row: api/store/personal.py.
"""

from datetime import date, time
from enum import StrEnum

from sqlalchemy import Column, ForeignKey, UniqueConstraint, false
from sqlmodel import Field, SQLModel

from api.store.db import by_value
from crypto.fields import Place
from scheduler.model import Kinship, Role, Standing, Tie


class DeviceState(StrEnum):
    """What the last check of a device said."""

    OK = "ok"
    BROKEN = "broken"


DEVICES = ("camera", "pc", "speaker", "mic", "network")  # the five of a workstation 工位


class RegionRow(SQLModel, table=True):
    """A county with its tile on the hexagon map and its service desk."""

    __tablename__ = "region"
    code: str = Field(primary_key=True, max_length=6)
    name: str
    city: str
    tile_x: int
    tile_y: int
    desk_phone: str
    desk_email: str
    desk_hours: str


class SpecialityRow(SQLModel, table=True):
    """A code of 发改法规〔2018〕316号."""

    __tablename__ = "speciality"
    code: str = Field(primary_key=True, max_length=8)
    level: int
    name: str


class OrganisationRow(SQLModel, table=True):
    """A legal person by its 统一社会信用代码; `parent` controls it."""

    __tablename__ = "organisation"
    code: str = Field(primary_key=True, max_length=18)
    name: str
    parent: str | None = Field(
        default=None,
        sa_column=Column(ForeignKey("organisation.code", deferrable=True, initially="DEFERRED"), index=True),
    )


class OrganisationControllerRow(SQLModel, table=True):
    """Who controls an organisation in which days, both included; an open end is empty."""

    __tablename__ = "organisation_controller"
    organisation: str = Field(primary_key=True, foreign_key="organisation.code")
    position: int = Field(primary_key=True)
    controller: str = Field(foreign_key="organisation.code", index=True)
    since: date | None = None
    until: date | None = None


class SiteRow(SQLModel, table=True):
    """A venue with its opening hours (Asia/Shanghai)."""

    __tablename__ = "site"
    id: str = Field(primary_key=True, max_length=64)
    name: str
    region: str = Field(foreign_key="region.code", index=True)
    opens: time
    closes: time
    booth_width: int | None = None  # of every booth, in centimetres; empty: open workstations
    booth_depth: int | None = None
    booth_height: int | None = None
    booth_quiet: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    booth_gate: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class RoomRow(SQLModel, table=True):
    """A room of a site; `id` is room_id(site, name)."""

    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("site", "name"),)
    id: str = Field(primary_key=True)
    site: str = Field(foreign_key="site.id", index=True)
    name: str


class WorkstationRow(SQLModel, table=True):
    """One workstation 工位 with the state of its five devices; `id` is workstation_id(site, room, number)."""

    __tablename__ = "workstation"
    __table_args__ = (UniqueConstraint("room", "number"),)
    id: str = Field(primary_key=True)
    site: str = Field(foreign_key="site.id", index=True)
    room: str = Field(foreign_key="room.id")
    number: int
    camera: DeviceState = Field(sa_type=by_value(DeviceState))
    pc: DeviceState = Field(sa_type=by_value(DeviceState))
    speaker: DeviceState = Field(sa_type=by_value(DeviceState))
    mic: DeviceState = Field(sa_type=by_value(DeviceState))
    network: DeviceState = Field(sa_type=by_value(DeviceState))


class ExpertRow(SQLModel, table=True):
    """A person of the pool. `person_mark`: keyed hash of the id number, so that nobody stands here twice."""

    __tablename__ = "expert"
    number: str = Field(primary_key=True, max_length=64)
    sealed_name: bytes
    sealed_id_number: bytes
    sealed_phone: bytes
    sealed_born: bytes
    person_mark: str = Field(max_length=32, unique=True)
    region: str = Field(foreign_key="region.code", index=True)
    employer: str | None = Field(default=None, foreign_key="organisation.code", index=True)
    title: str
    household: str = Field(index=True)
    certificate_until: date
    standing: Standing = Field(sa_type=by_value(Standing))
    senior: bool | None = None
    practising_since: date | None = None
    trained_until: date | None = None
    penalised: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class ExpertSpecialityRow(SQLModel, table=True):
    """An expert knows a speciality."""

    __tablename__ = "expert_speciality"
    expert: str = Field(primary_key=True, foreign_key="expert.number")
    speciality: str = Field(primary_key=True, foreign_key="speciality.code", index=True)


class ExpertKinRow(SQLModel, table=True):
    """Two people of the pool are relatives; written as the register says it, one direction a row."""

    __tablename__ = "expert_kin"
    expert: str = Field(primary_key=True, foreign_key="expert.number")
    relative: str = Field(primary_key=True, foreign_key="expert.number")


class ExpertLeaveRow(SQLModel, table=True):
    """Days an expert is away, both ends included; an open end is empty."""

    __tablename__ = "expert_leave"
    expert: str = Field(primary_key=True, foreign_key="expert.number")
    position: int = Field(primary_key=True)
    since: date | None = None
    until: date | None = None


class ExpertJobRow(SQLModel, table=True):
    """Where an expert works or worked; `until` is empty while it lasts."""

    __tablename__ = "expert_job"
    expert: str = Field(primary_key=True, foreign_key="expert.number")
    position: int = Field(primary_key=True)
    organisation: str = Field(foreign_key="organisation.code", index=True)
    since: date | None = None
    until: date | None = None


class ExpertRelationRow(SQLModel, table=True):
    """What joins an expert to an organisation besides work; `until` is empty while it lasts."""

    __tablename__ = "expert_relation"
    expert: str = Field(primary_key=True, foreign_key="expert.number")
    position: int = Field(primary_key=True)
    tie: Tie = Field(sa_type=by_value(Tie))
    organisation: str = Field(foreign_key="organisation.code", index=True)
    since: date | None = None
    until: date | None = None
    kinship: Kinship | None = Field(default=None, sa_type=by_value(Kinship))
    generations: int | None = None


class AccountRow(SQLModel, table=True):
    """Who may log in, in exactly one role, and for whom: a site, an expert or an organisation."""

    __tablename__ = "account"
    login: str = Field(primary_key=True, max_length=64)
    role: Role = Field(sa_type=by_value(Role))
    label: str  # what the screen calls this account; never an expert's name
    password: str | None = None  # Argon2id in PHC form; empty: no password opens it
    demo: bool = False  # one click logs in; only ever set by the demo world
    site: str | None = Field(default=None, foreign_key="site.id")
    expert: str | None = Field(default=None, unique=True)  # of a register that may lie in another house
    organisation: str | None = None  # likewise


class RegisterVersionRow(SQLModel, table=True):
    """One row: how often the registers have changed."""

    __tablename__ = "register_version"
    id: int = Field(primary_key=True, default=1)
    version: int = 0


def room_id(site: str, room: str) -> str:
    """The key of a room: site and name."""
    return f"{site}/{room}"


def workstation_id(site: str, room: str, number: int) -> str:
    """The key of a workstation: site, room and two-digit number."""
    return f"{room_id(site, room)}/{number:02d}"


def expert_cell(column: str, number: str) -> Place:
    """Where a piece of an expert's personal data stands; its ciphertext opens nowhere else."""
    return Place(table="expert", column=column, row=number)
