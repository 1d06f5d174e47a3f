"""What every test gets: a guard that keeps it on this machine, and the shared data where it is there."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.loopback.guard import sitecustomize as guard

pytest_plugins = ["tests.postgres"]

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"

# How long an example takes to make or to run says how busy the machine is.
settings.register_profile(
    "gate", deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("gate")


GUARD = Path(__file__).parent / "loopback" / "guard"
guard.install()


def pytest_configure(config: pytest.Config) -> None:
    """Hold no threshold of coverage where half of the tests lack their data."""
    tracer = config.pluginmanager.getplugin("_cov")
    if tracer is not None and not SHARED.is_dir():
        tracer.options.cov_fail_under = 0


def pytest_sessionstart(session: pytest.Session) -> None:
    """End the tracer that pytest-cov 7 starts in a worker before it knows that it is one.

    It is about to start the worker's own: with two of them everything is slow, and `no_cover` stops the second alone.
    """
    tracer = session.config.pluginmanager.getplugin("_cov")
    if tracer is not None and hasattr(session.config, "workerinput") and tracer.cov_controller is not None:
        tracer.cov_controller.cov.stop()
        tracer.cov_controller.cov.save()


@pytest.fixture(autouse=True, scope="session")
def loopback_only(pytestconfig: pytest.Config) -> Iterator[None]:
    """Keep what this process starts to this machine too, and measure it where this process is measured."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(GUARD), prepend=os.pathsep)
        if pytestconfig.pluginmanager.hasplugin("_cov"):
            # coverage starts itself in a process that finds these; its patch of subprocess would do so in workers too.
            patch.setenv("COVERAGE_PROCESS_START", str(ROOT / "pyproject.toml"))
            patch.setenv("COVERAGE_FILE", str(ROOT / ".coverage"))
        # What does not go through Python's sockets (curl) meets a proxy that is not there.
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            patch.setenv(name, "http://127.0.0.1:9")
        patch.setenv("no_proxy", "127.0.0.1,localhost,::1")
        patch.setenv("NO_PROXY", "127.0.0.1,localhost,::1")
        yield


@pytest.fixture(autouse=True)
def no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep a developer's own .env and data folder out of the tests."""
    for name in os.environ:
        if name.startswith(("DISCORD_", "YAHOO_", "DATABASE_", "LOG_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data beside the repository; tests that need it are skipped without it."""
    if not (SHARED / "data" / "history").is_dir():
        pytest.skip("the shared test data is not beside this checkout")
    return SHARED


@pytest.fixture
def benchmark_only(request: pytest.FixtureRequest) -> None:
    """Skip what measures wall-clock time unless benchmarks are asked for: ``--benchmark-enable``."""
    if request.config.getoption("benchmark_disable") and not request.config.getoption("benchmark_enable"):
        pytest.skip("measures time: run with --benchmark-enable")
