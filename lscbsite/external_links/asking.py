"""Ask other sites for pages: few at a time, slowly, and never a machine of a private network."""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal
from urllib.parse import SplitResult, urljoin, urlsplit

import msgspec

from lscbsite import __version__
from lscbsite.addresses import encode_host, normalize_url

State = Literal["alive", "dead", "unknown"]
ALIVE: State = "alive"
DEAD: State = "dead"
UNKNOWN: State = "unknown"

USER_AGENT = f"lscbsite/{__version__} (looks for dead links)"
PARALLEL = 8
SECONDS_BETWEEN = 1.0  # from one request to a host to the next
_TIMEOUT = 10.0  # for each step of a request
# For a whole request, in seconds; tests lower it.
DEADLINE = 30.0
_REDIRECTS = 5
_GONE = (404, 410)
_REDIRECTING = (301, 302, 303, 307, 308)


class Answer(msgspec.Struct, frozen=True):
    """What a site answered: ``status`` is 0 where it answered nothing.

    ``reason`` says in words why a link is dead.
    """

    state: State
    reason: str = ""
    status: int = 0


class _NotAskedError(Exception):
    """A site must not be asked, or cannot be."""


class _NoSuchHostError(Exception):
    """No host has this name."""


class _Pace:
    """Keeps requests to one host apart."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}

    def wait(self, host: str) -> None:
        """Wait until a request may be sent to a host."""
        with self._lock:
            now = time.monotonic()
            start = max(now, self._next.get(host, now))
            self._next[host] = start + self._seconds
        time.sleep(start - now)


def is_public_address(address: str) -> bool:
    """Return whether an IP address is one of the public Internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner: ipaddress.IPv4Address | None = None
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in ipaddress.ip_network("64:ff9b::/96"):  # NAT64, RFC 6052
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if ip.teredo is not None:
            return False
    return ip.is_global and not ip.is_multicast and (inner is None or inner.is_global)


def ask_all(
    addresses: Iterable[str],
    is_allowed: Callable[[str], bool],
    seconds_between: float = SECONDS_BETWEEN,
) -> dict[str, Answer]:
    """Ask for http and https addresses; return the answers.

    ``is_allowed`` says whether a host with an IP address may be asked. At most ``PARALLEL`` hosts
    are asked at a time, and each of them once in ``seconds_between`` seconds.

    If no site at all answers, this machine is probably offline, and no name is "dead".
    """
    by_host: dict[str, list[str]] = {}
    for address in addresses:
        by_host.setdefault(urlsplit(address).netloc.lower(), []).append(address)
    pace = _Pace(seconds_between)
    result: dict[str, Answer] = {}

    def ask_host(waiting: list[str]) -> None:
        for address in waiting:
            result[address] = _ask(address, is_allowed, pace)

    executor = ThreadPoolExecutor(PARALLEL)
    try:
        # The results are read for the exceptions.
        list(executor.map(ask_host, by_host.values()))
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
    if any(answer.status for answer in result.values()):
        return result
    return dict.fromkeys(result, Answer(UNKNOWN))


def _ask(address: str, is_allowed: Callable[[str], bool], pace: _Pace) -> Answer:
    """Ask for one address: with HEAD, and with GET where that is refused."""
    try:
        status = _follow("HEAD", address, is_allowed, pace)
        if status >= 400:  # some sites answer HEAD wrongly
            status = _follow("GET", address, is_allowed, pace)
    except _NoSuchHostError:
        return Answer(DEAD, "on a site that does not exist")
    except (_NotAskedError, OSError, http.client.HTTPException, ValueError):
        return Answer(UNKNOWN)
    if status in _GONE:
        return Answer(DEAD, f"which the site does not have (it answers {status})", status)
    # Others may be for a while, or only for programs: 403, 429, 500.
    return Answer(ALIVE if status < 400 else UNKNOWN, status=status)


def _follow(method: str, address: str, is_allowed: Callable[[str], bool], pace: _Pace) -> int:
    """Return the status of a request and its redirects."""
    for _ in range(_REDIRECTS + 1):
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or parts.username or parts.password:
            raise _NotAskedError
        status, location = _request(method, parts, is_allowed, pace)
        if status not in _REDIRECTING or not location:
            return status
        address = normalize_url(urljoin(address, location).partition("#")[0]) or ""
    raise _NotAskedError


def _request(
    method: str, parts: SplitResult, is_allowed: Callable[[str], bool], pace: _Pace
) -> tuple[int, str]:
    """Send one request; return the status and where it redirects to. No body is read."""
    host = encode_host(parts.hostname or "")
    if not host:
        raise _NotAskedError
    is_secure = parts.scheme == "https"
    port = parts.port or (443 if is_secure else 80)
    # The address that was looked at is the one that is asked.
    ip = _look_up(host, port, is_allowed)
    pace.wait(host)
    connected = socket.create_connection((ip, port), _TIMEOUT)
    if is_secure:
        context = ssl.create_default_context()
        # The handshake comes below, when its time is limited.
        connected = context.wrap_socket(
            connected, server_hostname=host, do_handshake_on_connect=False
        )
    watch = threading.Timer(DEADLINE, _cut_off, [connected])
    watch.daemon = True
    watch.start()
    try:
        if isinstance(connected, ssl.SSLSocket):
            connected.do_handshake()
        connection = http.client.HTTPConnection(host, port)
        if port == (443 if is_secure else 80):
            connection.default_port = port  # the header Host has no port then
        connection.sock = connected
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, headers={"User-Agent": USER_AGENT, "Accept": "*/*"})
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location") or ""
    finally:
        watch.cancel()
        connected.close()


def _cut_off(connected: socket.socket) -> None:
    """End a connection on which a site sends too slowly."""
    with contextlib.suppress(OSError):
        # Not the method of an SSLSocket, which takes away what the other thread works with.
        socket.socket.shutdown(connected, socket.SHUT_RDWR)


def _look_up(host: str, port: int, is_allowed: Callable[[str], bool]) -> str:
    """Return an IP address of a host, if all that it has are allowed."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno == socket.EAI_NONAME:
            raise _NoSuchHostError from error
        raise
    addresses = [str(row[4][0]) for row in found]
    if not addresses or not all(map(is_allowed, addresses)):
        raise _NotAskedError
    return addresses[0]
