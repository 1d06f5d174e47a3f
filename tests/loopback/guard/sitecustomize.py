"""Keep this process, and every process it starts, from reaching beyond this machine.

Python imports a module of this name from ``PYTHONPATH`` at startup. `tests.conftest` puts this folder there, so that a
bot in a separate process is restricted to loopback like the tests.
"""

from collections.abc import Callable
from typing import Any


def _is_local(host: object) -> bool:
    import ipaddress

    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if not isinstance(host, str) or host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(host: object) -> None:
    if host is not None and not _is_local(host):
        raise AssertionError(f"a test reached for {host!r}, beyond loopback")


def install() -> None:
    """Refuse all connections and name lookups beyond this machine until the process ends.

    It stands in front of Python's sockets and is no audit hook: one that runs Python code lets other threads go on
    while coverage gives a thread its tracer, and CPython 3.11 then refuses the tracer of the second, which is lost
    before it has run ("Cannot install a trace function while another trace function is being installed").
    """
    import functools
    import socket

    patched: Any = socket

    def in_front(owner: Any, name: str, host: Callable[..., object]) -> None:
        original = getattr(owner, name)

        @functools.wraps(original)
        def guarded(*arguments: Any, **named: Any) -> Any:
            _refuse(host(*arguments, **named))
            return original(*arguments, **named)

        setattr(owner, name, guarded)

    def of_address(*arguments: Any) -> object:
        address = arguments[-1]
        return address[0] if isinstance(address, tuple) and address else None  # a Unix socket's path is local

    for name in ("connect", "connect_ex", "sendto"):
        in_front(patched.socket, name, of_address)
    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        in_front(patched, name, lambda host, *_, **__: host)


if __name__ == "sitecustomize":
    install()
