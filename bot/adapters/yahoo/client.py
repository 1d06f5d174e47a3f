"""What does Yahoo say? The blocking calls, made with yfinance in a thread of their own.

Only this module, `transport` and `caches` import yfinance and curl_cffi. That costs a second, so they are imported in
the thread that fetches. Every failure leaves here as an error of the domain. ``YfData`` is internal to yfinance: the
version is pinned, and a test holds its signatures.
"""

import logging
import math
import threading
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import yfinance
from curl_cffi import requests
from yfinance.data import YfData
from yfinance.exceptions import YFPricesMissingError, YFRateLimitError

from bot.adapters.yahoo import caches
from bot.adapters.yahoo.models import Chart, Row
from bot.adapters.yahoo.transport import YahooTransport
from bot.domain.errors import FailureCode, NoQuotes, SourceRefuses

MOST_SYMBOLS: Final = 50
"""Yahoo fails for a hundred symbols in one request, and has answered 429 for some sixty."""

_QUOTES_URL: Final = "https://query1.finance.yahoo.com/v7/finance/quote"
_CHART_URL: Final = "https://query1.finance.yahoo.com/v8/finance/chart/"
_NEWS_URL: Final = "https://finance.yahoo.com/xhr/ncp?queryRef=latestNews&serviceKey=ncp_fin"
_CALENDAR_URL: Final = "https://query1.finance.yahoo.com/v1/finance/visualization"
_HEADLINES: Final = 10
_LARGEST_PAGE: Final = 2 * 2**20  # bytes
_META: Final = ("regularMarketPrice", "regularMarketTime", "regularMarketDayHigh", "regularMarketDayLow")
_PRICES: Final = ("Open", "High", "Low", "Close")
_ACTIONS: Final = ("Dividends", "Stock Splits", "Capital Gains")
_UNAUTHORISED: Final = frozenset({401, 403})

_log = logging.getLogger(__name__)

# yfinance 1.7.0 calls pandas 3 in a way that pandas 4 will not know; nobody who asks for a quote can mend that.
warnings.filterwarnings("ignore", message="The inplace keyword", module=r"yfinance\.")


class YahooClient:
    """Calls to Yahoo that block until they are answered, or until their deadline; safe from several threads.

    A deadline is an instant of `time.monotonic`.
    """

    def __init__(self, base_url: str | None, folder: Path, zones: Mapping[str, str]) -> None:
        """Prepare yfinance: its caches in ``folder``, and a handle for each symbol of ``zones``, its time zones.

        Raises:
            NoRoom: if there is no room for the caches anywhere.
        """
        yfinance.config.debug.hide_exceptions = False
        caches.prepare(folder, zones)
        self._transport = YahooTransport(base_url)
        self._data = YfData(session=self._transport)
        # A handle keeps the last response it fetched, so each is used again, and by one call at a time: bars and
        # metadata are two reads of one response.
        self._tickers = {
            symbol: (yfinance.Ticker(symbol, session=self._transport), threading.Lock()) for symbol in zones
        }

    def quotes(self, symbols: Sequence[str], deadline: float) -> dict[str, Mapping[str, object]]:
        """Return Yahoo's quotes by symbol, from one request per `MOST_SYMBOLS`; what Yahoo left out is missing.

        A response that cannot be read (a page, a torn one, a crumb refused) counts as one without quotes.

        Raises:
            NoQuotes: if Yahoo does not answer.
        """
        quotes: dict[str, Mapping[str, object]] = {}
        for start in range(0, len(symbols), MOST_SYMBOLS):
            batch = symbols[start : start + MOST_SYMBOLS]
            with self._call(deadline):
                quotes |= {row["symbol"]: row for row in self._batch(batch) if row.get("symbol") in batch}
        return quotes

    def chart(self, symbol: str, period: str, deadline: float) -> Chart | None:
        """Return the daily bars of a symbol over one of Yahoo's periods; None where Yahoo says that it has none.

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
                    if self._transport.status in _UNAUTHORISED:
                        raise
                    return None
                except KeyError as error:
                    if error.args == ("timestamp",):  # a response without a single bar has no such list
                        return None
                    raise
                metadata = ticker.get_history_metadata()
                meta = {name: metadata.get(name) for name in _META}  # to read all of it would be a further request
        finally:
            lock.release()
        days = [stamp.date() for stamp in frame.index]
        prices = [[_finite(value) for value in frame[name].tolist()] for name in _PRICES]
        amounts = [frame[name].tolist() for name in _ACTIONS if name in frame]
        actions = frozenset(day for day, *paid in zip(days, *amounts, strict=True) if any(paid))
        return Chart([Row(*row) for row in zip(days, *prices, strict=True)], meta, actions)

    def raw_chart(self, symbol: str, deadline: float) -> Mapping[str, object] | None:
        """Return a year of a stock's daily bars and splits as Yahoo writes them; None where it has none.

        Raises:
            NoQuotes: if Yahoo does not answer.
        """
        with self._call(deadline):
            try:
                document = self._data.get_raw_json(
                    _CHART_URL + quote(symbol), params={"range": "1y", "interval": "1d", "events": "split"}
                )
            except (requests.exceptions.HTTPError, ValueError):
                return None
        chart = document.get("chart") if isinstance(document, dict) else None
        result = chart.get("result") if isinstance(chart, dict) else None
        return result[0] if isinstance(result, list) and result and isinstance(result[0], dict) else None

    def news(self, symbol: str, deadline: float) -> object:
        """Return the stream of a symbol's news as Yahoo writes it; None where its answer cannot be read, or is huge.

        Raises:
            NoQuotes: if Yahoo does not answer.
        """
        with self._call(deadline):
            body = {"serviceConfig": {"snippetCount": _HEADLINES, "s": [symbol]}}
            response = self._data.post(_NEWS_URL, body=body)
            if response.status_code != HTTPStatus.OK or len(response.content) > _LARGEST_PAGE:
                return None
            try:
                document = response.json()
            except ValueError:
                return None
        stream = document
        for name in ("data", "tickerStream", "stream"):
            stream = stream.get(name) if isinstance(stream, dict) else None
        return stream

    def visualization(self, body: Mapping[str, object], deadline: float) -> list[dict[str, object]] | None:
        """Return the rows of one of Yahoo's calendars, by their labels; None where its answer cannot be read.

        Raises:
            NoQuotes: if Yahoo does not answer.
        """
        with self._call(deadline):
            response = self._data.post(_CALENDAR_URL, params={"lang": "en-US", "region": "US"}, body=dict(body))
            if response.status_code != HTTPStatus.OK or len(response.content) > _LARGEST_PAGE:
                return None
            try:
                documents = response.json()["finance"]["result"][0]["documents"]
                if not documents:
                    return []
                labels = [column["label"] for column in documents[0]["columns"]]
                return [dict(zip(labels, row, strict=False)) for row in documents[0]["rows"]]
            except (ValueError, KeyError, IndexError, TypeError):
                return None

    def close(self) -> None:
        """Let no further request through; what is under way ends by its deadline."""
        self._transport.dismissed = True

    @contextmanager
    def _call(self, deadline: float) -> Iterator[None]:
        """Bound a call; errors of the domain pass, all others become one, and their own words go to the log."""
        try:
            with self._transport.until(deadline):
                yield
        except NoQuotes:
            raise
        except YFRateLimitError as error:
            raise SourceRefuses(FailureCode.SOURCE_REFUSES) from error
        except Exception as error:
            _log.warning("Yahoo's answer could not be used: %s", type(error).__name__)
            _log.debug("the error:", exc_info=True)
            self._forget_cookie()  # a stored cookie of a form that yfinance does not expect would fail every time
            raise NoQuotes(FailureCode.SOURCE_SILENT) from error

    def _batch(self, symbols: Sequence[str]) -> list[dict[str, Any]]:
        try:
            document = self._data.get_raw_json(_QUOTES_URL, params={"symbols": ",".join(symbols), "formatted": "false"})
        except requests.exceptions.HTTPError as error:
            status = error.response.status_code if error.response is not None else None
            _log.warning("Yahoo answered the batch of quotes with status %s", status)
            if status in _UNAUTHORISED:
                self._forget_cookie()
            return []
        except ValueError:
            _log.warning("Yahoo answered the batch of quotes with something that cannot be read")
            return []
        result = (document.get("quoteResponse") or {}).get("result") if isinstance(document, dict) else None
        return [row for row in result if isinstance(row, dict)] if isinstance(result, list) else []

    def _forget_cookie(self) -> None:
        """Make the next call begin with a new cookie and crumb, whether or not Yahoo would still take the old ones."""
        with self._data._cookie_lock:  # noqa: SLF001 - there is no other way to take back a cookie
            self._data._cookie = self._data._crumb = None  # noqa: SLF001 - the same
            self._transport.cookies.clear()
            caches.forget_cookie()


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
