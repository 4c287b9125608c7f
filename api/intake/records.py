"""What one row of a register file says: the names that readers of files fill."""

from scheduler.records import (
    ExpertRecord,
    OrganisationRecord,
    RegionRecord,
    Registers,
    SiteRecord,
    SpecialityRecord,
    WorkstationRecord,
)

__all__ = [
    "ExpertRecord",
    "OrganisationRecord",
    "RegionRecord",
    "Registers",
    "SiteRecord",
    "SpecialityRecord",
    "WorkstationRecord",
]
