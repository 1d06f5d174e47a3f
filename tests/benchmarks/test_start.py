"""How long does a question to the sample take, from nothing to the answer, beside the bare libraries it stands on?"""

import os
import statistics
import subprocess
import sys
import time

from tests.conftest import ROOT

ROUNDS = 15
MOST = 3.0


def seconds(*words: str) -> float:
    """Run once, as everybody but the very first does: what was compiled is kept."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    subprocess.run([sys.executable, *words], cwd=ROOT, check=True, capture_output=True, env=environment)
    return time.perf_counter() - started


def test_a_question_to_the_sample_starts_fast(benchmark_only: None) -> None:
    floor, ours = [], []
    for _ in range(ROUNDS):  # in turns, so that a busy machine slows both
        floor.append(seconds("-c", "import pydantic, click"))
        ours.append(seconds("-m", "bot", "ask", "/index nikkei", "--sample"))
    ratio = statistics.median(ours) / statistics.median(floor)
    print(f"\nask --sample: {statistics.median(ours) * 1000:.0f} ms, {ratio:.2f} × import pydantic, click")
    assert ratio <= MOST
