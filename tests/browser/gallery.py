"""Which example views do the browser tests look at? One of every state a page can be in."""

import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

from api.views.expert import Answer, ExpertCard, ExpertTasks
from api.views.hexmap import County
from api.views.operator import LotRow, Milestone, OperatorLot, OperatorToday, Place
from api.views.supervisor import (
    Entry, Excluded, Funnel, Member, Round, Sealed, Step, SupervisedLot, SupervisorLots, SupervisorTranscript, Verdict,
)
from scheduler.model import LotId, RegionCode

MORNING = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
