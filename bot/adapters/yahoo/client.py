"""What does Yahoo say? The blocking calls, made with yfinance in a thread of their own.

The only importer of yfinance and curl_cffi; importing it costs a second, so it is imported in the thread that
fetches. Everything that leaves for Yahoo passes `YahooTransport.request`, and every failure leaves here as an error of
the domain. ``YfData`` is internal to yfinance: the version is pinned, and a test holds its signatures.
"""

import logging
import math
import sqlite3
import tempfile
import threading
import time
import urllib.request
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from email.message import Message
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import yfinance
from curl_cffi import requests
from curl_cffi.requests.exceptions import RequestException
from curl_cffi.requests.session import HttpMethod
from peewee import PeeweeException
from yfinance import cache
from yfinance.data import YfData
from yfinance.exceptions import YFPricesMissingError, YFRateLimitError

from bot.adapters.files import private
from bot.adapters.yahoo.models import Chart, Row
from bot.domain.errors import FailureCode, NoQuotes, NoRoom, SourceRefuses

MOST_SYMBOLS: Final = 100
"""Yahoo fails for more symbols in one request."""

_QUOTES: Final = "https://query1.finance.yahoo.com/v7/finance/quote"
_CRUMB: Final = "/v1/test/getcrumb"
_COOKIES: Final = "fc.yahoo.com"
_META: Final = ("regularMarketPrice", "regularMarketTime", "regularMarketDayHigh", "regularMarketDayLow")
_UNAUTHORISED: Final = frozenset({401, 403})
_REFUSALS: Final = frozenset({429, 999})
_COOKIE_PATIENCE: Final = 3.0  # seconds; yfinance has a second way to a cookie
_HOPS: Final = 10
_CACHES: Final = ("tkr-tz.db", "cookies.db")
_ROOM: Final = 256 * 1024  # bytes, more than both caches take with their logs
_LONGEST_CRUMB: Final = 64

_log = logging.getLogger(__name__)

# yfinance 1.7.0 calls pandas 3 in a way that pandas 4 will not know; nobody who asks for a quote can mend that.
warnings.filterwarnings("ignore", message="The inplace keyword", module=r"yfinance\.")


class YahooTransport(requests.Session[requests.Response]):
    """The one way out to Yahoo: rewrites its addresses to a base URL, and lets nothing else through.

    Redirects are followed here, hop by hop, so that none leads past the check. With a base URL the cookies are kept
    under Yahoo's own domain all the same: a proxy is to see what Yahoo would, and yfinance looks for them there.
    """

    def __init__(self, url: str | None) -> None:
        """With ``url``, ``https://HOST/PATH`` of Yahoo goes to ``url/HOST/PATH``."""
        super().__init__(impersonate="chrome")
        self._base = url.rstrip("/") if url else None
        self._limit = threading.local()
        self.dismissed = False

    @property
    def status(self) -> int | None:
        """The status of the last answer in this thread."""
        return getattr(self._limit, "status", None)

    @contextmanager
    def until(self, deadline: float) -> Iterator[None]:
        """Bound all requests of a call, made in this thread, by an instant of the monotonic clock.

        yfinance gives cookie and crumb 30 s each, whatever a call asked for.
        """
        self._limit.deadline = deadline
        try:
            yield
        finally:
            self._limit.deadline = None

    # curl_cffi names 30 options; they are all passed on.
    def request(self, method: HttpMethod, url: str, **options: Any) -> requests.Response:  # type: ignore[override]  # noqa: ANN401
        """Send a request to Yahoo.

        Raises:
            SourceRefuses: on 429, at the first one: yfinance would ask five times more.
            NoQuotes: if Yahoo is silent or broken, or the address is not one of Yahoo's.
        """
        options.pop("allow_redirects", None)
        for _ in range(_HOPS):
            response = self._hop(method, url, options)
            location = response.headers.get("location")
            if not (300 <= response.status_code < 400 and location):  # noqa: PLR2004
                return response
            url = urljoin(url, location)
            options = {"timeout": options.get("timeout")}
            method = "GET"
        raise NoQuotes(FailureCode.SOURCE_SILENT)

    def _hop(self, method: HttpMethod, url: str, options: dict[str, Any]) -> requests.Response:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme != "https" or not (host == "yahoo.com" or host.endswith(".yahoo.com")):
            _log.warning("refused to follow Yahoo to %s", host)
            raise NoQuotes(FailureCode.SOURCE_SILENT)
        sent: dict[str, Any] = {**options, "allow_redirects": False, "timeout": self._left(host)}
        target = url
        if self._base:
            target = f"{self._base}/{host}{url.split(parts.netloc, 1)[1]}"
            sent["discard_cookies"] = True  # curl would keep them under the base URL's host
            sent["headers"] = {**(options.get("headers") or {}), **self._cookies_for(url)}
        try:
            response = super().request(method, target, **sent)
        except RequestException as error:
            if host == _COOKIES:
                raise  # yfinance goes on without, or by its second way
            _log.debug("%s does not answer: %s", host, type(error).__name__)
            raise NoQuotes(FailureCode.SOURCE_SILENT) from error
        if self._base:
            response.url = url
            self._keep_cookies(url, response)
        self._limit.status = response.status_code
        return self._checked(parts.path, host, response)

    def _left(self, host: str) -> float:
        deadline = getattr(self._limit, "deadline", None)
        left = 10.0 if deadline is None else deadline - time.monotonic()
        if left <= 0 or self.dismissed:
            raise NoQuotes(FailureCode.SOURCE_SILENT)
        return min(left, _COOKIE_PATIENCE) if host == _COOKIES else left

    @staticmethod
    def _checked(path: str, host: str, response: requests.Response) -> requests.Response:
        if response.status_code in _REFUSALS:
            raise SourceRefuses(FailureCode.SOURCE_REFUSES)
        if response.status_code >= 500 and host.startswith("query"):  # noqa: PLR2004
            raise NoQuotes(FailureCode.SOURCE_SILENT)  # yfinance would ask again at once
        if path == _CRUMB:
            text = response.content.decode(errors="replace")  # what .text once returned, it keeps
            if "Too Many Requests" in text:
                raise SourceRefuses(FailureCode.SOURCE_REFUSES)
            if response.status_code != 200 or not 0 < len(text) <= _LONGEST_CRUMB or set(text) & set("<{ \n"):  # noqa: PLR2004
                # yfinance takes any other text for a crumb, and never looks for its second way to one.
                response.content = b"<html>"
        return response

    def _cookies_for(self, url: str) -> dict[str, str]:
        asked = urllib.request.Request(url)  # noqa: S310 - never opened: the jar wants one; the scheme is https
        self.cookies.jar.add_cookie_header(asked)
        header = asked.get_header("Cookie")
        return {"Cookie": header} if header else {}

    def _keep_cookies(self, url: str, response: requests.Response) -> None:
        told = Message()
        for line in response.headers.get_list("set-cookie"):
            if line:
                told["Set-Cookie"] = line
        asked = urllib.request.Request(url)  # noqa: S310 - never opened
        self.cookies.jar.extract_cookies(_Headers(told), asked)  # type: ignore[arg-type]  # all that the jar reads


class _Headers:
    """As much of an HTTP response as a cookie jar reads."""

    def __init__(self, message: Message) -> None:
        self._message = message

    def info(self) -> Message:
        return self._message


class YahooClient:
    """Calls to Yahoo that block until they are answered, or until their deadline; safe from several threads."""

    def __init__(self, url: str | None, folder: Path, zones: Mapping[str, str]) -> None:
        """Prepare yfinance: its caches in ``folder``, and in them the zone of every symbol that will be asked for."""
        yfinance.config.debug.hide_exceptions = False
        yfinance.set_tz_cache_location(str(_usable(folder)))
        known = cache.get_tz_cache()
        for kept in (known, cache.get_cookie_cache()):
            _forgiving(kept)
        for symbol, zone in zones.items():
            # A probe that fails would be believed until the process ends, and the history stay empty.
            if known.lookup(symbol) != zone:
                known.store(symbol, zone)
        self._seam = YahooTransport(url)
        self._data = YfData(session=self._seam)
        # Each has a handle of its own, so they are used again; one call at a time, since the bars and what is told
        # beside them are fetched by one and read by another.
        self._tickers = {symbol: (yfinance.Ticker(symbol, session=self._seam), threading.Lock()) for symbol in zones}

    def quotes(self, symbols: Sequence[str], deadline: float) -> dict[str, Mapping[str, object]]:
        """Ask for the quotes of all symbols in one request; those that Yahoo left out are not in it.

        An answer that cannot be read (a page, a torn one, a crumb refused) holds none of them.

        Raises:
            NoQuotes: if Yahoo does not answer.
        """
        found: dict[str, Mapping[str, object]] = {}
        for start in range(0, len(symbols), MOST_SYMBOLS):
            asked = symbols[start : start + MOST_SYMBOLS]
            with self._call(deadline):
                told = self._batch(asked)
                found |= {one["symbol"]: one for one in told if one.get("symbol") in asked}
        return found

    def chart(self, symbol: str, period: str, deadline: float) -> Chart | None:
        """Ask for the daily bars of a symbol; None where Yahoo answers that it has none.

        Raises:
            NoQuotes: if Yahoo does not answer.
        """
        ticker, lock = self._tickers[symbol]
        if not lock.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise NoQuotes(FailureCode.SOURCE_SILENT)
        try:
            with self._call(deadline):
                try:
                    frame = ticker.history(period=period, auto_adjust=False, actions=True)
                except YFPricesMissingError:
                    if self._seam.status in _UNAUTHORISED:
                        raise
                    return None
                except KeyError as error:
                    if error.args == ("timestamp",):  # an answer without a single bar has no such list
                        return None
                    raise
                told = ticker.get_history_metadata()
                meta = {name: told.get(name) for name in _META}  # to read all of it would be a further request
        finally:
            lock.release()
        days = [stamp.date() for stamp in frame.index]
        columns = [[_finite(value) for value in frame[name].tolist()] for name in ("Open", "High", "Low", "Close")]
        moved = [frame[name].tolist() for name in ("Dividends", "Stock Splits", "Capital Gains") if name in frame]
        actions = frozenset(day for day, *amounts in zip(days, *moved, strict=True) if any(amounts))
        return Chart([Row(*row) for row in zip(days, *columns, strict=True)], meta, actions)

    def close(self) -> None:
        """Let nothing more through; what is under way ends by its deadline."""
        self._seam.dismissed = True

    @contextmanager
    def _call(self, deadline: float) -> Iterator[None]:
        """Bound a call; let errors of the domain pass and turn all others into one: their own words are for the log."""
        try:
            with self._seam.until(deadline):
                yield
        except NoQuotes:
            raise
        except YFRateLimitError as error:
            raise SourceRefuses(FailureCode.SOURCE_REFUSES) from error
        except Exception as error:
            _log.warning("Yahoo's answer could not be used: %s", type(error).__name__)
            _log.debug("the error:", exc_info=True)
            self._forget_cookie()  # yfinance stumbles for ever over a kept one that is not as it expects
            raise NoQuotes(FailureCode.SOURCE_SILENT) from error

    def _batch(self, symbols: Sequence[str]) -> list[dict[str, Any]]:
        try:
            answer = self._data.get_raw_json(_QUOTES, params={"symbols": ",".join(symbols), "formatted": "false"})
        except requests.exceptions.HTTPError as error:
            status = error.response.status_code if error.response is not None else None
            _log.warning("Yahoo answered the batch of quotes with status %s", status)
            if status in _UNAUTHORISED:
                self._forget_cookie()
            return []
        except ValueError:
            _log.warning("Yahoo answered the batch of quotes with something that cannot be read")
            return []
        result = (answer.get("quoteResponse") or {}).get("result") if isinstance(answer, dict) else None
        return [one for one in result if isinstance(one, dict)] if isinstance(result, list) else []

    def _forget_cookie(self) -> None:
        """Make the next call begin anew: yfinance keeps a cookie for a year, whether Yahoo still takes it or not."""
        with self._data._cookie_lock:  # noqa: SLF001 - there is no other way to take back a cookie
            self._data._cookie = None  # noqa: SLF001
            self._data._crumb = None  # noqa: SLF001
            self._seam.cookies.clear()
            cache.get_cookie_cache().store("curlCffi", None)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _usable(folder: Path) -> Path:
    """Return the folder if files can be written there, else a new one that can; a torn database in it is removed.

    With a folder that it cannot write to, yfinance would fetch the cookie again for every call.

    Raises:
        NoRoom: if there is no room anywhere.
    """
    try:
        private.folder(folder)
        _roomy(folder)
        for name in _CACHES:
            try:
                with suppress(sqlite3.OperationalError):  # locked by another process: in use, so not torn
                    kept = sqlite3.connect(folder / name)
                    kept.execute("PRAGMA schema_version")
                    kept.close()
            except sqlite3.DatabaseError:
                (folder / name).unlink()
            private.database(folder / name)
    except OSError as error:
        _log.warning("The folder for Yahoo's caches cannot be written (%s); a temporary one is used.", error.strerror)
        return _temporary()
    return folder


def _temporary() -> Path:
    try:
        folder = Path(tempfile.mkdtemp(prefix="opening-bell-"))
        _roomy(folder)
    except OSError as error:
        _log.error("No folder for Yahoo's caches can be written (%s).", error.strerror)
        raise NoRoom(FailureCode.DISK_FULL_FOR_SOURCE) from error
    return folder


def _roomy(folder: Path) -> None:
    """Raise OSError where the caches would find no room: a full disk lets empty files be made."""
    with tempfile.TemporaryFile(dir=folder, buffering=0) as probe:
        probe.write(bytes(_ROOM))


def _forgiving(kept: Any) -> None:  # noqa: ANN401 - either of yfinance's caches, which have no common type
    """Let a cache that cannot be written be none: what it would keep is asked for again after a restart."""
    store = kept.store

    def stored(key: str, value: object) -> None:
        try:
            store(key, value)
        except PeeweeException as error:
            _log.warning("A cache of Yahoo's answers cannot be written: %s", error)

    kept.store = stored
