"""What can happen to a case: one frozen dataclass each, safe to publish from F6 on.

An event holds commitments, sealed envelopes, pseudonyms and counts; never a name, a score in clear or a
key that is still in use. What is longer or more secret is an exhibit whose digest stands in the event.
The meaning of a kind never changes under one version: a change is a new version.
"""

from scheduler.events.appointing import Appointed, AppointmentApproved
from scheduler.events.attempts import Annulled, Endorsed, Followed, Ground
from scheduler.events.attendance import Accepted, CheckedIn, Left, Out, Rechecked, Recused
from scheduler.events.beacon import Named, PulseMissed, PulseTaken
from scheduler.events.booking import Booked, Custodian, KeysDealt, KeysMade, PoolFrozen, SeedPledged
from scheduler.events.chairing import Authorised, Chaired, ChairVoted
from scheduler.events.competing import HadPlacesKept, KeptInVain
from scheduler.events.delivery import Delivered
from scheduler.events.drawing import Drawn, KeyOpened, LotteryFixed, Release, Seated, Stuck
from scheduler.events.ending import Archived, Cancelled, Reported, Revealed
from scheduler.events.evaluation import Blinded, Closed, Opened, Scored, Slot, Totalled
from scheduler.events.extending import KeysAdded, RoundsExtended
from scheduler.events.glass import GlassAsked, GlassBroken, GlassConfirmed, GlassRefused, GlassResumed
from scheduler.events.ids import Digest, Member
from scheduler.events.interruption import Cause, Decided, Interrupted, Lapsed, Resumed
from scheduler.events.motions import Extended, Matter, Settled, Voted
from scheduler.events.moving import Moved
from scheduler.events.recusing import AppealAnswered, AppealDecided, AppealFiled, Declared, Withdrew
from scheduler.events.relaxing import RelaxAsked, RelaxDenied, Relaxed
from scheduler.events.reseating import Reseated
from scheduler.events.review import Explained, ReviewBegun, Reviewed
from scheduler.events.siting import SitesDrawn, SiteSeedPledged, SitesFixed, SitesOffered
from scheduler.events.standby import (
    Passed,
    PassedOver,
    Promoted,
    StandbyDrawn,
    StandbyFixed,
    StandbyMissing,
)
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
    | RoundsExtended
    | KeysAdded
    | HadPlacesKept
    | KeptInVain
    | RelaxAsked
    | Relaxed
    | RelaxDenied
    | Voided
    | Returned
    | Endorsed
    | Followed
    | Annulled
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
    | Interrupted
    | Resumed
    | Lapsed
    | Decided
    | Voted
    | Settled
    | Extended
    | ReviewBegun
    | Explained
    | Reviewed
    | SitesOffered
    | SiteSeedPledged
    | SitesFixed
    | SitesDrawn
    | GlassAsked
    | GlassConfirmed
    | GlassBroken
    | GlassRefused
    | GlassResumed
    | Moved
    | PulseTaken
    | PulseMissed
    | Reseated
    | StandbyFixed
    | StandbyDrawn
    | StandbyMissing
    | Promoted
    | PassedOver
    | Delivered
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
    "Cause",
    "ChairVoted",
    "Chaired",
    "CheckedIn",
    "Closed",
    "Correction",
    "Custodian",
    "Decided",
    "Declared",
    "Delivered",
    "Digest",
    "Drawn",
    "Endorsed",
    "Event",
    "Explained",
    "Extended",
    "Followed",
    "GlassAsked",
    "GlassBroken",
    "GlassConfirmed",
    "GlassRefused",
    "GlassResumed",
    "Ground",
    "HadPlacesKept",
    "Interrupted",
    "KeptInVain",
    "KeyOpened",
    "KeysAdded",
    "KeysDealt",
    "KeysMade",
    "Lapsed",
    "Left",
    "LotteryFixed",
    "Matter",
    "Member",
    "Moved",
    "Named",
    "Opened",
    "Out",
    "Passed",
    "PassedOver",
    "PoolFrozen",
    "Promoted",
    "PulseMissed",
    "PulseTaken",
    "Rechecked",
    "Recused",
    "RelaxAsked",
    "RelaxDenied",
    "Relaxed",
    "Release",
    "Reported",
    "Reseated",
    "Resumed",
    "Returned",
    "Revealed",
    "ReviewBegun",
    "Reviewed",
    "RoundsExtended",
    "Scored",
    "Seated",
    "SeedPledged",
    "Settled",
    "SiteSeedPledged",
    "SitesDrawn",
    "SitesFixed",
    "SitesOffered",
    "Slot",
    "StandbyDrawn",
    "StandbyFixed",
    "StandbyMissing",
    "Stuck",
    "Totalled",
    "Void",
    "Voided",
    "Voted",
    "Withdrew",
]
