"""Which keys does one evaluation need, and how do the custodians get their shares of them?

The centre's server deals them for now and forgets the secrets; the transcript says so. A ceremony without a
dealer replaces this file behind the same event.
"""

from api.services.office import Office
from crypto.custody import deal_key, to_body
from scheduler.errors import Refused
from scheduler.events import KeysDealt
from scheduler.model import LotId
from scheduler.release import purposes


def deal_keys(office: Office, lot: LotId) -> KeysDealt:
    """One fresh key per purpose, shared t of n; `lot` binds the sealed shares."""
    custodians = tuple(each.public() for each in office.keys.custodians)
    threshold = office.pack.custody.threshold
    if len(custodians) < threshold:
        raise Refused("custodians_away", needed=threshold, present=len(custodians))
    holders = {c.name: bytes.fromhex(c.seal) for c in custodians}
    keys = tuple(
        to_body(deal_key(purpose, holders, threshold, office.entropy(32)))
        for purpose in purposes(office.pack.draw.max_rounds)
    )
    return KeysDealt(custodians=custodians, threshold=threshold, keys=keys)
