"""Does this process, or one that it starts, reach beyond this machine? Refused before it happens.

Python imports a module of this name at its start from ``PYTHONPATH``, where `tests.conftest` puts this folder: so the
bot as a process of its own is kept to loopback as the tests are. Nothing is imported before a socket is used.
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
        host = address[0] if isinstance(address, tuple) and address else None  # the path of a Unix socket is local
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = arguments[0]
    if host is not None and not _is_local(host):
        raise AssertionError(f"a test reached for {host!r}, beyond loopback")


def install() -> None:
    """Refuse, until this process ends, every connection and every look-up of a name beyond this machine."""
    sys.addaudithook(_check)


if __name__ == "sitecustomize":
    install()
