"""Is whatever the tests start kept to this machine?"""

import asyncio
import socket
import subprocess
import sys

import pytest

BEYOND = "203.0.113.1"  # documentation's own: nobody is there
PROGRAMS = {
    "a connection": f"import socket; socket.socket().connect(({BEYOND!r}, 80))",
    "a look-up": "import socket; socket.getaddrinfo('discord.com', 443)",
    "a library": (
        "import asyncio, aiohttp\n"
        "async def main():\n"
        "    async with aiohttp.ClientSession() as session: await session.get('http://203.0.113.1/')\n"
        "asyncio.run(main())"
    ),
    "a grandchild": (
        "import subprocess, sys\n"
        "subprocess.run([sys.executable, '-c', 'import socket; socket.socket().connect((\"203.0.113.1\", 80))'])"
    ),
}


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_process_of_its_own_reaches_nobody_beyond(program: str) -> None:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "beyond loopback" in done.stderr


def test_a_test_reaches_nobody_beyond() -> None:
    with socket.socket() as sock, pytest.raises(AssertionError, match="beyond loopback"):
        sock.connect((BEYOND, 80))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock, pytest.raises(AssertionError):
        sock.sendto(b"", (BEYOND, 53))
    with pytest.raises(AssertionError):
        socket.getaddrinfo("discord.com", 443)
    with socket.socket() as sock, pytest.raises(AssertionError):
        sock.connect_ex((BEYOND, 80))
    with pytest.raises(AssertionError):
        socket.create_connection((BEYOND, 80))


async def test_an_event_loop_reaches_nobody_beyond() -> None:
    with pytest.raises(AssertionError, match="beyond loopback"):
        await asyncio.open_connection(BEYOND, 80)
    with pytest.raises(AssertionError, match="beyond loopback"):
        await asyncio.open_connection("discord.com", 443)


def test_no_thread_is_lost_to_a_tracer_that_another_one_gets() -> None:
    """With a guard of Python code in the interpreter's audit, some of these threads never ran."""
    program = (
        "import sys, threading\n"
        "sys.setswitchinterval(1e-6)\n"
        "threading.settrace(lambda *_: None)\n"
        "ran = []\n"
        "def start():\n"
        "    for _ in range(300):\n"
        "        thread = threading.Thread(target=ran.append, args=(1,))\n"
        "        thread.start()\n"
        "        thread.join()\n"
        "threads = [threading.Thread(target=start) for _ in range(4)]\n"
        "for thread in threads: thread.start()\n"
        "for thread in threads: thread.join()\n"
        "print(len(ran))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("1200", "")


def test_loopback_is_open() -> None:
    with socket.create_server(("localhost", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
