"""The one check that people and CI both run: ``python -m tests.check``. Stops at the first that fails."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
STEPS = (
    ("formatting", ["ruff", "format", "--check", "."]),
    ("lint", ["ruff", "check", "."]),
    ("types", ["mypy"]),
    ("import contracts", ["lint-imports"]),
    ("tests", ["pytest", "-q", "-n", "2", "--dist", "loadfile", "--cov"]),
)


def main() -> int:
    """Run each step with this interpreter's tools and return the first failing exit status, or 0."""
    tools = Path(sys.executable).parent
    for name, (tool, *options) in STEPS:
        print(f"== {name}", flush=True)
        status = subprocess.run([str(tools / tool), *options], cwd=ROOT, check=False).returncode
        if status:
            print(f"== {name} failed", flush=True)
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
