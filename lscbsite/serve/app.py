"""Answer requests for the preview: pages as published, and one script that keeps them up to date."""

import asyncio
import ipaddress
import json
import mimetypes
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from html import escape
from pathlib import Path
from urllib.parse import quote, urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from lscbsite.model import FORM_FOLDER
from lscbsite.serve.builder import Preview

_SCRIPT = Path(__file__).with_name("preview.js")
# The same wherever the site is, as base_url may change. No output has a name that begins with a dot.
_OWN = "/.lscbsite/"
_TYPES = {
    ".atom": "application/atom+xml",
    ".ics": "text/calendar",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webp": "image/webp",
    ".xml": "application/xml",
}
_TEXTS = ("text/", "application/json", "application/xml", "application/atom+xml")
_HEADERS = {
    # The next answer may be another one.
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
}
# What the problems are shown on before there is a page, and where a site has no page for that.
_NO_PAGE = (
    b"<!doctype html><html lang=en><head><meta charset=utf-8><title>Preview</title>"
    b'<meta name=viewport content="width=device-width, initial-scale=1"></head>'
)
# In seconds: so often is the browser's connection checked, and so long may it load a page.
_HEARTBEAT, _LOADING = 15, 0.25
# Larger files are read bit by bit.
_LARGE = 1_000_000


class Updates:
    """Tells all open pages when the preview is another one."""

    def __init__(self) -> None:
        self._pages: dict[asyncio.Event, str] = {}
        self._opened = asyncio.Semaphore(0)
        self._ended = False

    def announce(self) -> None:
        """Let every open page look."""
        for event in self._pages:
            event.set()

    async def show(self) -> None:
        """Let every open page look, and give them a moment to load again."""
        self._opened = asyncio.Semaphore(0)
        missing = len(self._pages)
        self.announce()
        with suppress(TimeoutError):
            async with asyncio.timeout(0 if self._ended else _LOADING):
                for _ in range(missing):
                    await self._opened.acquire()

    def list_pages(self) -> frozenset[str]:
        """Return the paths of the pages that are looked at, with what they load."""
        return (
            frozenset((*self._pages.values(), "style.css", "script.js"))
            if self._pages
            else frozenset()
        )

    def end(self) -> None:
        """End all connections."""
        self._ended = True
        self.announce()

    async def listen(self, page: str) -> AsyncIterator[bool]:
        """Yield at once and whenever there is something new (True), or nothing for a while."""
        event = asyncio.Event()
        self._pages[event] = page
        self._opened.release()
        try:
            yield True
            while not self._ended:
                with suppress(TimeoutError):
                    await asyncio.wait_for(event.wait(), _HEARTBEAT)
                news = event.is_set()
                event.clear()
                if not self._ended:
                    yield news
        finally:
            del self._pages[event]


def make_app(
    folder: Path, get_preview: Callable[[], Preview], updates: Updates, host: str
) -> ASGIApp:
    """Return what answers requests; ``host`` is the address that the server listens at."""

    async def answer(request: Request) -> Response:
        preview = get_preview()
        path = str(request.scope["path"])
        if path == f"{_OWN}preview.js":
            return Response(_SCRIPT.read_bytes(), media_type="text/javascript")
        if path == f"{_OWN}events":
            if request.method == "HEAD":
                return Response(media_type="text/event-stream")
            page = request.query_params.get("page", "")
            stream = _stream_events(get_preview, updates, page)
            return StreamingResponse(stream, media_type="text/event-stream")
        if not preview.has_pages:
            return Response(decorate(_NO_PAGE, preview, ""), 503, media_type="text/html")
        with suppress(OSError):  # removed at this moment
            return _answer_site(folder, preview, path, request)
        return _answer_missing(folder, preview)

    app = Starlette(routes=[Route("/{path:path}", answer)])
    return _Guard(app, host)


def _answer_site(folder: Path, preview: Preview, path: str, request: Request) -> Response:
    """Answer a request for a path of the site.

    Raises:
        OSError: the file was removed at this moment.

    """
    if not path.startswith(preview.base):
        if path == "/" or f"{path}/" == preview.base:
            return RedirectResponse(quote(preview.base), 307)
        return _answer_missing(folder, preview)
    path = path.removeprefix(preview.base)
    name = f"{path}index.html" if not path or path.endswith("/") else path
    if name in preview.early:
        return _answer_with(preview.early[name], preview, name)
    file = find_file(folder, path)
    if file is None:
        if path and not path.endswith("/") and find_file(folder, f"{path}/"):
            return RedirectResponse(quote(f"{preview.base}{path}/"), 307)
        return _answer_missing(folder, preview)
    if _is_page(name):
        return _answer_with(file.read_bytes(), preview, name)
    return _answer_with_file(file, request)


def find_file(folder: Path, path: str) -> Path | None:
    """Return the file for a path, or for a folder its index.html, if it is inside the folder.

    Nothing else is: no hidden name, no ``..``, and nothing that a link leads to.
    """
    if not path or path.endswith("/"):
        path += "index.html"
    parts = path.split("/")
    if any(not part or part.startswith(".") or set(part) & set("\\:\0") for part in parts):
        return None
    file = folder.joinpath(*parts)
    try:
        inside = file.resolve(strict=True) == folder.resolve(strict=True).joinpath(*parts)
        return file if inside and file.is_file() else None
    except (OSError, ValueError, RuntimeError):
        return None


def decorate(page: bytes, preview: Preview, path: str) -> bytes:
    """Return a page with the preview's script; the page's own policy allows it."""
    data = {
        "version": preview.get_version(path),
        "page": path,
        "notice": preview.notices.get(path, ""),
    }
    attributes = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
    script = f'<script async src="{_OWN}preview.js"{attributes}></script>'.encode()
    before, end, after = page.partition(b"</head>")
    return before + script + end + after if end else page + script


def _answer_with(contents: bytes, preview: Preview, path: str) -> Response:
    if _is_page(path):
        return Response(decorate(contents, preview, path), media_type="text/html")
    return Response(contents, media_type=_guess_type(path))


def _is_page(path: str) -> bool:
    """Whether a file is a page of the site, which follows changes.

    The form is not: loading it again would lose what somebody is writing there.
    """
    return path.endswith(".html") and not path.startswith(("files/", FORM_FOLDER))


def _answer_with_file(file: Path, request: Request) -> Response:
    """Answer with a file, unless the browser has it already (RFC 9110, 13.1.2)."""
    kind = _guess_type(file.name)
    status = file.stat()
    if status.st_size > _LARGE or "range" in request.headers:
        return FileResponse(file, media_type=kind)
    headers = {"etag": f'"{status.st_mtime_ns:x}-{status.st_ino:x}"'}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return Response(file.read_bytes(), media_type=kind, headers=headers)


def _answer_missing(folder: Path, preview: Preview) -> Response:
    file = find_file(folder, "404.html")
    page = preview.early.get("404.html") or (file.read_bytes() if file else _NO_PAGE)
    return Response(decorate(page, preview, "404.html"), 404, media_type="text/html")


def _guess_type(path: str) -> str:
    kind = _TYPES.get(Path(path).suffix.lower()) or mimetypes.guess_type(path)[0]
    kind = kind or "application/octet-stream"
    # Starlette names the encoding of text/ itself.
    return f"{kind}; charset=utf-8" if kind.startswith(_TEXTS[1:]) else kind


async def _stream_events(
    get_preview: Callable[[], Preview], updates: Updates, page: str
) -> AsyncIterator[bytes]:
    """Yield the state of the preview as server-sent events (WHATWG HTML, 9.2), again when it changes."""
    async for news in updates.listen(page):
        preview = get_preview()
        problems = [problem._asdict() for problem in preview.shortcomings]
        state = {
            "version": preview.get_version(page),
            "problems": problems,
            "hasPages": preview.has_pages,
        }
        data = json.dumps(state)
        yield f"data: {data}\n\n".encode() if news else b": still here\n\n"


class _Guard:
    """Answers only the browser's own pages: against DNS rebinding, and pages of other sites."""

    def __init__(self, app: ASGIApp, host: str) -> None:
        self._app = app
        self._names = {"localhost", "127.0.0.1", "::1", host.lower()}
        # Who lets other machines in may use this machine's name there, or any number: a page of
        # another site can lead its own name here, but no number.
        self._numbers = not _is_loopback(host)
        if self._numbers:
            name = socket.gethostname().lower()
            self._names |= {name, f"{name}.local", socket.getfqdn().lower()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            return
        headers = Request(scope).headers

        async def send_with_headers(message: "dict[str, object]") -> None:
            if message["type"] == "http.response.start":
                added = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
                message = {**message, "headers": [*message["headers"], *added]}  # type: ignore[misc]
            await send(message)

        status, reason = self._judge(
            scope["method"], headers.getlist("host"), headers.getlist("origin")
        )
        fetched = headers.get("sec-fetch-site", "") in ("cross-site", "same-site")
        if fetched and headers.get("sec-fetch-mode") != "navigate":
            status, reason = 403, "Not for pages of other sites."
        answer = Response(reason, status, media_type="text/plain") if status else self._app
        await answer(scope, receive, send_with_headers)  # type: ignore[arg-type]

    def _judge(self, method: str, hosts: Iterable[str], origins: Iterable[str]) -> tuple[int, str]:
        """Return the status and the words with which a request is refused; 0 if it is not."""
        if method not in ("GET", "HEAD"):
            return 405, "Only for reading."
        hosts, origins = list(hosts), list(origins)
        if len(hosts) != 1 or not self._is_own(hosts[0]):
            return 421, "Not an address of this preview. To use another one: lscbsite serve --host"
        if any(origin.lower() != f"http://{hosts[0].lower()}" for origin in origins):
            return 403, "Not for pages of other sites."
        return 0, ""

    def _is_own(self, host: str) -> bool:
        try:
            parts = urlsplit(f"http://{host}")
            name, _ = parts.hostname or "", parts.port
        except ValueError:
            return False
        if parts.netloc != host or "@" in host:
            return False
        name = name.removesuffix(".")  # the name as the root of DNS has it
        return name in self._names or (self._numbers and _is_number(name))


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    return host == "localhost" or (_is_number(host) and ipaddress.ip_address(host).is_loopback)
