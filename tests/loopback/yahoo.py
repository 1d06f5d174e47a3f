"""A local stand-in for Yahoo: cookie, crumb, quotes and charts like the real one's, and faults on demand.

In a test: ``with LoopbackYahoo(default_world()) as yahoo: Yahoo(yahoo.url, …)``. As a separate process,
``python -m tests.loopback.yahoo --port 0 --fault 429`` prints its address; ``GET /control`` then returns the requests
so far, and ``POST /control`` with ``{"fault": "500"}`` changes its behaviour. Its ``/HOST/PATH`` stands for the real
``https://HOST/PATH``.
"""

import argparse
import datetime as dt
import json
import sys
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, unquote, urlsplit

from tests.loopback.yahoo_world import World, default_world, midnight


class Asked(NamedTuple):
    """One request that was received."""

    kind: str  # cookie, crumb, quote, chart, news, calendar, consent, other
    host: str
    path: str
    params: dict[str, str]

    @property
    def symbols(self) -> list[str]:
        """The symbols requested."""
        if self.kind == "chart":
            return [self.path.rpartition("/")[2]]
        return self.params.get("symbols", "").split(",")


class LoopbackYahoo:
    """The server. ``fault`` applies to every request, ``faults`` to one kind of request; both may change at any time.

    A fault is a status (``"429"``), ``"html"``, ``"torn"`` (half of the JSON), ``"cut"`` (the connection ends early),
    ``"silence"``, or ``"redirect:URL"``.
    """

    def __init__(self, world: World | None = None, port: int = 0) -> None:
        self.world = world if world is not None else default_world()
        self.fault: str | None = None
        self.faults: dict[str, str] = {}
        self.left_out: set[str] = set()
        self.only_last = False
        self.live_row = False  # repeat the last bar, stamped with the last trade, as during a session
        self.crumb = "aB3.dEfGh1j"
        self.cookie = "d=AQABBA&S=AQAAAg"
        self.news: dict[str, list[dict[str, Any]]] = {}
        self.events: list[list[Any]] = []
        self.bodies: list[dict[str, Any]] = []
        self.requests: list[Asked] = []
        self._over = threading.Event()
        handler = type("Bound", (_Handler,), {"yahoo": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def counts(self) -> Counter[str]:
        """How many requests of each kind were received."""
        return Counter(request.kind for request in self.requests)

    def serve_forever(self) -> None:
        """Serve until the process ends."""
        self._server.serve_forever()

    def wait(self) -> None:
        """Block until the server closes, or for longer than any client waits."""
        self._over.wait(120)

    def quotes(self, symbols: list[str]) -> tuple[int, dict[str, Any]]:
        """Answer a batch of quotes."""
        if len(symbols) > 100:
            return 400, {"quoteResponse": {"result": None, "error": {"code": "Bad Request"}}}
        chosen = symbols[-1:] if self.only_last else symbols
        quotes = [
            self.world.quotes[symbol]
            for symbol in chosen
            if symbol in self.world.quotes and symbol not in self.left_out
        ]
        return 200, {"quoteResponse": {"result": quotes, "error": None}}

    def chart(self, symbol: str, params: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Answer with the daily bars of a symbol."""
        bars = self.world.bars.get(symbol)
        if bars is None:
            error = {"code": "Not Found", "description": "No data found, symbol may be delisted"}
            return 404, {"chart": {"result": None, "error": error}}
        bars = bars[-{"5d": 5, "1mo": 22, "1d": 1}.get(params.get("range", ""), len(bars)) :]
        quote = self.world.quotes[symbol]
        zone = quote["exchangeTimezoneName"]
        stamps = [midnight(bar["day"], zone) + 9 * 3600 for bar in bars]
        if self.live_row:
            bars, stamps = [*bars, bars[-1]], [*stamps, quote["regularMarketTime"]]
        columns = {name: [bar[name] for bar in bars] for name in ("open", "high", "low", "close", "volume")}
        meta = {
            "currency": "JPY",
            "symbol": symbol,
            "instrumentType": quote["quoteType"],
            "exchangeTimezoneName": zone,
            "timezone": "JST",
            "gmtoffset": 0,
            "firstTradeDate": -157420800,
            "priceHint": 2,
            "chartPreviousClose": 1.0,  # the close before the whole range: must never be used
            "dataGranularity": "1d",
            "validRanges": ["1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max"],
            **{name: quote.get(name) for name in (
                "regularMarketPrice", "regularMarketTime", "regularMarketDayHigh", "regularMarketDayLow")},
        }  # fmt: skip
        result: dict[str, Any] = {"meta": meta, "timestamp": stamps, "indicators": {"quote": [columns]}}
        result["indicators"]["adjclose"] = [{"adjclose": columns["close"]}]
        if symbol in self.world.events:
            result["events"] = self.world.events[symbol]
        return 200, {"chart": {"result": [result], "error": None}}


class _Handler(BaseHTTPRequestHandler):
    yahoo: LoopbackYahoo

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        _, host, *rest = url.path.split("/")
        if host == "control":
            counts = self.yahoo.counts
            rows = [[request.kind, request.host, request.path, request.params] for request in self.yahoo.requests]
            return self._json(200, {"counts": counts, "requests": rows})
        path = unquote("/" + "/".join(rest))
        params = {name: values[0] for name, values in parse_qs(url.query).items()}
        asked = Asked(_kind(host, path), host, path, params)
        self.yahoo.requests.append(asked)
        fault = self.yahoo.faults.get(asked.kind, self.yahoo.fault)
        return self._fail(fault, asked) if fault else self._answer(asked)

    def do_POST(self) -> None:
        wanted = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        if self.path.strip("/") != "control":
            return self._posted(wanted)
        for name in ("fault", "faults", "only_last"):
            if name in wanted:
                setattr(self.yahoo, name, wanted[name])
        for symbol, changes in wanted.get("quotes", {}).items():
            self.yahoo.world.quotes[symbol].update(changes)
        return self._json(200, {})

    def _posted(self, body: dict[str, Any]) -> None:
        """Answer a request for a symbol's news, or for the calendar."""
        url = urlsplit(self.path)
        _, host, *rest = url.path.split("/")
        params = {name: values[0] for name, values in parse_qs(url.query).items()}
        symbols = body.get("serviceConfig", {}).get("s", [])
        kind = "calendar" if rest[-1] == "visualization" else "news"
        asked = Asked(kind, host, "/" + "/".join(rest), {**params, "symbols": ",".join(symbols)})
        self.yahoo.requests.append(asked)
        self.yahoo.bodies.append(body)
        if fault := self.yahoo.faults.get(kind, self.yahoo.fault):
            return self._fail(fault, asked)
        if kind == "calendar":
            labels = ("Event", "Country Code", "Event Time", "For", "Actual", "Market Expectation", "Prior to This")
            rows = self.yahoo.events[body["offset"] :][: body["size"]]
            documents = [{"columns": [{"label": label} for label in labels], "rows": rows}]
            return self._json(200, {"finance": {"result": [{"documents": documents}], "error": None}})
        stream = [item for symbol in symbols for item in self.yahoo.news.get(symbol, [])]
        return self._json(200, {"data": {"tickerStream": {"stream": stream}}})

    def _answer(self, asked: Asked) -> None:
        known = f"A3={self.yahoo.cookie}" in self.headers.get("Cookie", "")
        if asked.kind == "cookie":
            # The real one has no content to offer either: all that matters is its cookie.
            cookie = f"A3={self.yahoo.cookie}; Domain=.yahoo.com; Path=/; Max-Age=31557600; Secure; HttpOnly"
            return self._send(404, b"", "text/plain", {"Set-Cookie": cookie})
        if asked.kind == "crumb":
            if not known:
                error = {"code": "Unauthorized", "description": "Invalid Cookie"}
                return self._json(401, {"finance": {"result": None, "error": error}})
            return self._send(200, self.yahoo.crumb.encode(), "text/plain")
        if asked.kind == "quote":
            if not known or asked.params.get("crumb") != self.yahoo.crumb:
                error = {"code": "Unauthorized", "description": "Invalid Crumb"}
                return self._json(401, {"finance": {"result": None, "error": error}})
            return self._json(*self.yahoo.quotes(asked.symbols))
        if asked.kind == "chart":
            return self._json(*self.yahoo.chart(asked.symbols[0], asked.params))
        return self._send(404, b"", "text/plain")

    def _fail(self, fault: str, asked: Asked) -> None:
        name, _, detail = fault.partition(":")
        if name == "silence":
            self.yahoo.wait()
        elif name == "html":
            page = b"<!DOCTYPE html><html><body>Will not be right back</body></html>"
            self._send(200, page, "text/html")
        elif name == "torn":
            self._send(200, b'{"quoteResponse": {"result": [{"symbol": "^N2', "application/json")
        elif name == "cut":
            self._send(200, b'{"quote', "application/json", {"Content-Length": "4000"})
        elif name == "redirect":
            self._send(302, b"", "text/plain", {"Location": detail})
        elif name == "429":
            self._send(429, b"Edge: Too Many Requests", "text/plain")
        elif name == "401":
            error = {"code": "Unauthorized", "description": "Invalid Crumb"}
            body = {"result": None, "error": error}
            self._json(401, {"chart": body} if asked.kind == "chart" else {"finance": body})
        else:
            self._send(int(name), b"<html><body>An error</body></html>", "text/html")

    def _json(self, status: int, body: dict[str, Any]) -> None:
        self._send(status, json.dumps(body).encode(), "application/json")

    def _send(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Print nothing: ``requests`` has them all."""


def _kind(host: str, path: str) -> str:
    if host == "fc.yahoo.com":
        return "cookie"
    if path == "/v1/test/getcrumb":
        return "crumb"
    if path == "/v7/finance/quote":
        return "quote"
    if path.startswith("/v8/finance/chart/"):
        return "chart"
    return "consent" if host.startswith(("guce", "consent")) else "other"


def forget() -> None:
    """Clear what yfinance caches for the life of a process, so that no test affects the next."""
    if "yfinance" not in sys.modules:
        return
    from yfinance import cache
    from yfinance.data import SingletonMeta, YfData

    SingletonMeta._instances.pop(YfData, None)
    for database in (cache._TzDBManager, cache._CookieDBManager, cache._ISINDBManager):
        database.close_db()
        database._db = None
    cache._TzCacheManager._tz_cache = None
    cache._CookieCacheManager._Cookie_cache = None
    cache._ISINCacheManager._isin_cache = None


def main() -> None:
    """Serve on loopback until the process ends; the first line printed is the address."""
    parser = argparse.ArgumentParser(description="A Yahoo on the loopback.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--fault", help="429, 500, html, torn, cut, silence")
    parser.add_argument("--at", type=dt.datetime.fromisoformat, help="the instant of its figures; by default now")
    chosen = parser.parse_args()
    yahoo = LoopbackYahoo(default_world(chosen.at or dt.datetime.now(dt.UTC)), chosen.port)
    yahoo.fault = chosen.fault
    print(yahoo.url, flush=True)
    yahoo.serve_forever()


if __name__ == "__main__":
    main()
