"""Keep this process, and every process it starts, from reaching beyond this machine.

Python imports a module of this name from ``PYTHONPATH`` at startup. `tests.conftest` puts this folder there, so that a
bot in a separate process is restricted to loopback like the tests. Nothing is imported before a socket is used.
"""

import sys


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


def _check(event: str, arguments: tuple[object, ...]) -> None:
    host: object = None
    if event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) and address else None  # a Unix socket's path is local
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = arguments[0]
    if host is not None and not _is_local(host):
        raise AssertionError(f"a test reached for {host!r}, beyond loopback")


def install() -> None:
    """Refuse all connections and name lookups beyond this machine until the process ends."""
    sys.addaudithook(_check)


if __name__ == "sitecustomize":
    install()
