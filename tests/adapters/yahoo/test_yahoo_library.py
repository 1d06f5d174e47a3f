"""What does the source rest on in yfinance, and what does it cost?"""

import inspect
import subprocess
import sys
import textwrap

import yfinance
from yfinance.data import YfData


class TestTheLibrary:
    """What this rests on in yfinance 1.7.0, and how dear it is."""

    def test_its_insides_are_as_they_were(self) -> None:
        assert yfinance.__version__ == "1.7.0"
        assert list(inspect.signature(YfData.get_raw_json).parameters) == ["self", "url", "params", "timeout"]
        assert list(inspect.signature(YfData.__init__).parameters) == ["self", "session"]
        held = set(vars(YfData(session=None)))
        assert {"_cookie", "_crumb", "_cookie_lock", "_session", "_cookie_strategy"} <= held

    def run(self, program: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=True, timeout=300
        )
        return done.stdout

    def test_importing_the_source_imports_nothing_heavy(self) -> None:
        assert (
            self.run("""
            import sys
            import bot.adapters.yahoo.source
            print(*{"yfinance", "pandas", "curl_cffi", "numpy", "discord"} & set(sys.modules))
        """)
            == "\n"
        )

    def test_a_silent_yahoo_does_not_hold_back_the_exit(self) -> None:
        # The call would wait for ten minutes, and `run` waits for one.
        assert (
            self.run("""
            import asyncio, tempfile
            from pathlib import Path
            from bot.adapters.files.packaged import sessions
            from bot.adapters.yahoo.source import YahooSource
            from tests.loopback.yahoo import LoopbackYahoo

            async def main():
                with LoopbackYahoo() as server:
                    server.faults["quote"] = "silence"
                    source = YahooSource(server.url, Path(tempfile.mkdtemp()), sessions(), patience=600)
                    task = asyncio.create_task(source.observe(["nikkei"]))
                    while not server.counts["quote"]:
                        await asyncio.sleep(0.02)
                    task.cancel()
                    await source.close()
                    server._over = __import__("threading").Event()  # the server stays silent to the end
                    print("closed", flush=True)

            asyncio.run(main())
        """)
            == "closed\n"
        )
