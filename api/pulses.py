"""Where does a beacon's pulse come from? Any address that has it: what it sends is believed for its signature alone."""

from collections.abc import Callable

from api.custodian.calls import Unreachable, over_http

OK = 200


def pulses_at(address: str) -> Callable[[int], bytes | None]:
    """Fetches `address`/NUMBER; None while there is no such pulse or nobody answers."""
    carry = over_http(address)

    def fetch(pulse: int) -> bytes | None:
        try:
            status, data = carry("GET", f"/{pulse}", None, {"Accept": "application/json"})
        except Unreachable:
            return None
        return data if status == OK else None

    return fetch
