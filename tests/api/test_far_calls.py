"""Calls to a house that answers rubbish: whatever listens there, the caller says that it cannot be reached."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from api.custodian.calls import Unreachable, over_http

Serve = Callable[[bytes], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """serve(data): the address of something that answers every call with these bytes and hangs up."""
    open_ones: list[socket.socket] = []

    def answers(listener: socket.socket, data: bytes) -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:  # closed
                return
            with line:
                line.recv(65536)
                line.sendall(data)

    def begin(data: bytes) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        open_ones.append(listener)
        threading.Thread(target=answers, args=(listener, data), daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield begin
    for each in open_ones:
        each.shutdown(socket.SHUT_RDWR)
        each.close()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"SSH-2.0-OpenSSH_9\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\ntorn",
        b"HTTP/1.1 503 Away\r\nTransfer-Encoding: chunked\r\n\r\nff\r\ntorn",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
    ],
    ids=["nothing", "another service", "torn", "torn refusal", "too many headers"],
)
def test_whatever_listens_there_is_unreachable_and_no_fault(serve: Serve, data: bytes) -> None:
    """A port taken by another service, or a house that dies in mid-answer, ends no process that calls there."""
    with pytest.raises(Unreachable):
        over_http(serve(data))("GET", "/v1/custody/work", None, {})


def test_nobody_is_sent_elsewhere(serve: Serve) -> None:
    """A far house cannot have a custodian's machine call at other addresses: its answer is the status."""
    inside = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")
    head = f"HTTP/1.1 302 Found\r\nLocation: {inside}/\r\nContent-Length: 0\r\n\r\n"
    assert over_http(serve(head.encode()))("GET", "/", None, {}) == (302, b"")


@pytest.mark.parametrize(
    "address", ["http://x:port", "http://x:99999", "http://x:0", "http://[x", "http://:80", "x"]
)
def test_an_address_that_is_none_is_refused_before_any_call(address: str) -> None:
    """When the command starts or the key is pinned, not at the first round."""
    with pytest.raises(ValueError, match=r"."):
        over_http(address)
