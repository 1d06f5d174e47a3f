"""What may leave this machine for Yahoo, for how long, and which of Yahoo's responses mean that it refuses?

The one way out: yfinance makes all its requests through this session. It sees HTTP alone; what a response says of a
market is read in `bot.adapters.yahoo.client`.
"""

import logging
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from curl_cffi import requests
from curl_cffi.requests.exceptions import RequestException
from curl_cffi.requests.session import HttpMethod

from bot.domain.errors import FailureCode, NoQuotes, SourceRefuses

_CRUMB_PATH: Final = "/v1/test/getcrumb"
_COOKIE_HOST: Final = "fc.yahoo.com"
_REDIRECTS: Final = range(300, 400)
_REFUSALS: Final = frozenset({429, 999})
_MOST_REDIRECTS: Final = 10
_LONGEST_CRUMB: Final = 64
_TIMEOUT: Final = 10.0  # seconds for a request that no deadline bounds
_COOKIE_PATIENCE: Final = 3.0  # seconds; yfinance has a second way to a cookie

_log = logging.getLogger(__name__)


class YahooTransport(requests.Session[requests.Response]):
    """The session that every request to Yahoo is made with; it lets nothing through to any other host.

    Redirects are followed here, one by one, so that each address is checked. With a base URL, requests go there
    instead, but cookies are still kept under Yahoo's own domain: a proxy must see what Yahoo would see, and yfinance
    looks for the cookies there.
    """

    def __init__(self, base_url: str | None) -> None:
        """With ``base_url``, a request to ``https://HOST/PATH`` of Yahoo goes to ``base_url/HOST/PATH``."""
        super().__init__(impersonate="chrome")
        self._base_url = base_url.rstrip("/") if base_url else None
        self._in_thread = threading.local()
        self.dismissed = False

    @property
    def status(self) -> int | None:
        """The status code of the last response in this thread."""
        return getattr(self._in_thread, "status", None)

    @contextmanager
    def until(self, deadline: float) -> Iterator[None]:
        """Bound all requests made in this thread inside the block; ``deadline`` is an instant of `time.monotonic`.

        yfinance gives the cookie and the crumb 30 s each, whatever timeout a call asked for.
        """
        self._in_thread.deadline = deadline
        try:
            yield
        finally:
            self._in_thread.deadline = None

    # curl_cffi names 30 options; they are all passed on.
    def request(self, method: HttpMethod, url: str, **options: object) -> requests.Response:  # type: ignore[override]
        """Send a request to Yahoo and follow its redirects.

        Raises:
            SourceRefuses: on the first 429; yfinance would ask five times more.
            NoQuotes: if Yahoo does not answer, answers with a server error, or the address is not one of Yahoo's.
        """
        options.pop("allow_redirects", None)
        for _ in range(_MOST_REDIRECTS):
            response = self._send(method, url, options)
            location = response.headers.get("location")
            if response.status_code not in _REDIRECTS or not location:
                return response
            url = urljoin(url, location)
            options = {"timeout": options.get("timeout")}
            method = "GET"
        raise NoQuotes(FailureCode.SOURCE_SILENT)

    def _send(self, method: HttpMethod, url: str, options: dict[str, object]) -> requests.Response:
        """Send one request to Yahoo or to the base URL, and check the status of its response."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme != "https" or not (host == "yahoo.com" or host.endswith(".yahoo.com")):
            _log.warning("refused to follow Yahoo to %s", host)
            raise NoQuotes(FailureCode.SOURCE_SILENT)
        sent: dict[str, Any] = {**options, "allow_redirects": False, "timeout": self._remaining(host)}
        target = url
        if self._base_url:
            target = f"{self._base_url}/{host}{url.split(parts.netloc, 1)[1]}"
            sent["discard_cookies"] = True  # curl would keep them under the base URL's host
            sent["headers"] = {**(sent.get("headers") or {}), **self._cookie_header(url)}
        try:
            response = super().request(method, target, **sent)
        except RequestException as error:
            if host == _COOKIE_HOST:
                raise  # yfinance goes on without a cookie, or gets it in its second way
            _log.debug("%s does not answer: %s", host, type(error).__name__)
            raise NoQuotes(FailureCode.SOURCE_SILENT) from error
        if self._base_url:
            response.url = url
            self._keep_cookies(url, response)
        self._in_thread.status = response.status_code
        return _checked(parts.path, host, response)

    def _remaining(self, host: str) -> float:
        """Return the seconds that a request to the host may take; NoQuotes where none are left."""
        deadline = getattr(self._in_thread, "deadline", None)
        remaining = _TIMEOUT if deadline is None else deadline - time.monotonic()
        if remaining <= 0 or self.dismissed:
            raise NoQuotes(FailureCode.SOURCE_SILENT)
        return min(remaining, _COOKIE_PATIENCE) if host == _COOKIE_HOST else remaining

    def _cookie_header(self, url: str) -> dict[str, str]:
        request = _jar_request(url)
        self.cookies.jar.add_cookie_header(request)
        header = request.get_header("Cookie")
        return {"Cookie": header} if header else {}

    def _keep_cookies(self, url: str, response: requests.Response) -> None:
        headers = Message()
        for line in response.headers.get_list("set-cookie"):
            if line:
                headers["Set-Cookie"] = line
        jar_response = _JarResponse(headers)
        self.cookies.jar.extract_cookies(jar_response, _jar_request(url))  # type: ignore[arg-type]  # all that it reads


class _JarResponse:
    """As much of an HTTP response as a cookie jar reads."""

    def __init__(self, headers: Message) -> None:
        self._headers = headers

    def info(self) -> Message:
        return self._headers


def _jar_request(url: str) -> urllib.request.Request:
    """Return the form in which a cookie jar takes an address."""
    return urllib.request.Request(url)  # noqa: S310 - never opened, and the scheme is https


def _checked(path: str, host: str, response: requests.Response) -> requests.Response:
    """Return a response that yfinance can be trusted with; raise where it would ask again at once."""
    if response.status_code in _REFUSALS:
        raise SourceRefuses(FailureCode.SOURCE_REFUSES)
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR and host.startswith("query"):
        raise NoQuotes(FailureCode.SOURCE_SILENT)
    if path == _CRUMB_PATH:
        text = response.content.decode(errors="replace")  # not .text, which is computed once and then kept
        if "Too Many Requests" in text:
            raise SourceRefuses(FailureCode.SOURCE_REFUSES)
        if response.status_code != HTTPStatus.OK or not _is_crumb(text):
            # yfinance takes any other text for a crumb, and then never tries its second way to one.
            response.content = b"<html>"
    return response


def _is_crumb(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_CRUMB and not set(text) & set("<{ \n")
