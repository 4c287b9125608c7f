"""What can happen to a case: one frozen dataclass each, safe to publish from F6 on.

An event holds commitments, sealed envelopes, pseudonyms and counts; never a name, a score in clear or a
key that is still in use. What is longer or more secret is an exhibit whose digest stands in the event.
The meaning of a kind never changes under one version: a change is a new version.
"""

from scheduler.events.appointing import Appointed, AppointmentApproved
from scheduler.events.attempts import Annulled, Endorsed, Followed, Ground
from scheduler.events.attendance import Accepted, CheckedIn, Left, Out, Rechecked, Recused
from scheduler.events.booking import Booked, Custodian, KeysDealt, KeysMade, PoolFrozen, SeedPledged
from scheduler.events.chairing import Authorised, Chaired, ChairVoted
from scheduler.events.drawing import Drawn, KeyOpened, LotteryFixed, Release, Seated, Stuck
from scheduler.events.ending import Archived, Cancelled, Reported, Revealed
from scheduler.events.evaluation import Blinded, Closed, Opened, Scored, Slot, Totalled
from scheduler.events.ids import Digest, Member
from scheduler.events.recusing import AppealAnswered, AppealDecided, AppealFiled, Declared, Withdrew
from scheduler.events.relaxing import RelaxAsked, RelaxDenied, Relaxed
from scheduler.events.voiding import Correction, Returned, Void, Voided

Event = (
    Booked
    | KeysDealt
    | KeysMade
    | PoolFrozen
    | SeedPledged
    | LotteryFixed
    | KeyOpened
    | Drawn
    | Accepted
    | Left
    | Stuck
    | Opened
    | Rechecked
    | CheckedIn
    | Blinded
    | Scored
    | Closed
    | Totalled
    | Revealed
    | Reported
    | Archived
    | Cancelled
    | RelaxAsked
    | Relaxed
    | RelaxDenied
    | Authorised
    | ChairVoted
    | Chaired
    | Declared
    | Withdrew
    | AppealFiled
    | AppealAnswered
    | AppealDecided
    | AppointmentApproved
    | Appointed
    | Voided
    | Returned
    | Endorsed
    | Followed
    | Annulled
)
EVENTS: dict[str, type[Event]] = {kind.__name__: kind for kind in Event.__args__}
VERSION = 1

__all__ = [
    "EVENTS",
    "VERSION",
    "Accepted",
    "Annulled",
    "AppealAnswered",
    "AppealDecided",
    "AppealFiled",
    "Appointed",
    "AppointmentApproved",
    "Archived",
    "Authorised",
    "Blinded",
    "Booked",
    "Cancelled",
    "ChairVoted",
    "Chaired",
    "CheckedIn",
    "Closed",
    "Correction",
    "Custodian",
    "Declared",
    "Digest",
    "Drawn",
    "Endorsed",
    "Event",
    "Followed",
    "Ground",
    "KeyOpened",
    "KeysDealt",
    "KeysMade",
    "Left",
    "LotteryFixed",
    "Member",
    "Opened",
    "Out",
    "PoolFrozen",
    "Rechecked",
    "Recused",
    "RelaxAsked",
    "RelaxDenied",
    "Relaxed",
    "Release",
    "Reported",
    "Returned",
    "Revealed",
    "Scored",
    "Seated",
    "SeedPledged",
    "Slot",
    "Stuck",
    "Totalled",
    "Void",
    "Voided",
    "Withdrew",
]
