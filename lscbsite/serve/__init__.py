"""Preview a site while it is written: build it, serve it, and build it again after each change."""

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from urllib.parse import quote

import msgspec
import uvicorn

from lscbsite.build import Options
from lscbsite.progress import Progress
from lscbsite.serve.app import Updates, make_app
from lscbsite.serve.builder import Builder, Rebuilt, warm_up
from lscbsite.serve.watching import watch
from lscbsite.stopping import STOP_SIGNALS, finish_first

__all__ = ["Rebuilt", "Settings", "serve"]

# How many ports are tried.
_PORTS = 50
# In seconds: how long after a change its problems may wait for the next one, and how often to see
# whether a new day has begun (also after the machine has slept, when its timers have stood still).
_PATIENCE, _NEW_DAY = 0.15, 5


class Settings(msgspec.Struct, frozen=True):
    """Where to serve, and how to notice changes: ``poll`` looks at the files again and again."""

    host: str = "127.0.0.1"
    port: int = 8000
    poll: bool = False


def serve(
    options: Options,
    settings: Settings,
    progress: Progress,
    on_build: Callable[[Rebuilt], None],
    say: Callable[[str], None],
) -> None:
    """Serve the site until a signal to stop comes; ``options`` say which site, and which day it is.

    ``on_build`` is called after each build, ``say`` with what else the author should know.

    Raises:
        OSError: the address cannot be used, or no folder can be written.
        KeyboardInterrupt: the signal came during the first build.

    """
    listener, port = _listen(settings)
    with listener:
        if settings.port and port != settings.port:
            say(f"port {settings.port} is taken; using {port}")
        builder = None
        try:
            # A signal must not come between the making of a folder and the knowledge of it.
            with finish_first(then_stop=True):
                builder = Builder(options)
            # Here and not beside the server: processes can be started before there are threads.
            on_build(builder.build(progress, options.jobs))
            progress.end()
            host = socket.gethostname() if settings.host in _ALL_ADDRESSES else settings.host
            host = f"[{host}]" if ":" in host else host
            say(f"http://{host}:{port}{quote(builder.preview.base)} (Ctrl-C to stop)")
            # A server runs for days; what is here already is here to stay.
            gc.collect()
            gc.freeze()
            gc.enable()
            asyncio.run(_run(builder, options.site_dir, settings, listener, on_build, say))
        finally:
            if builder:
                builder.close()


def _listen(settings: Settings) -> tuple[socket.socket, int]:
    """Listen at the port, or the next one that is free.

    Raises:
        OSError: none is, or the host is not one of this machine.

    """
    last = min(settings.port + _PORTS, 65535) if settings.port else 0
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    for port in range(settings.port, last + 1):
        listener = socket.socket(family)
        try:
            if sys.platform != "win32":  # there, it would let two programs use one port
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((settings.host, port))
            listener.listen()
        except OSError as error:
            listener.close()
            taken = isinstance(error, PermissionError) or error.errno in _TAKEN
            if not taken or port == last:
                error.filename = f"the address {settings.host}, port {port}"
                raise
        else:
            return listener, listener.getsockname()[1]
    raise AssertionError("the last port raises")


_ALL_ADDRESSES = {"0.0.0.0", "::"}  # noqa: S104 (they are asked for)
_TAKEN = {98, 48, 10048}  # EADDRINUSE of Linux, macOS and Windows


class _Server(uvicorn.Server):
    """A server that leaves signals to us."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


async def _run(
    builder: Builder,
    site_dir: Path,
    settings: Settings,
    listener: socket.socket,
    on_build: Callable[[Rebuilt], None],
    say: Callable[[str], None],
) -> None:
    """Serve, watch and build until a signal comes."""
    updates = Updates()
    app = make_app(builder.folder, lambda: builder.preview, updates, settings.host)
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="error",  # not of each strange request
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)

    def stop() -> None:
        server.should_exit = True
        updates.end()
        builder.stop()

    thread = ThreadPoolExecutor(1)
    with _call_on_stop_signals(stop):
        loop = asyncio.get_running_loop()

        def show_early() -> None:
            """Let the browser load the pages, without competing for the processor."""
            shown = asyncio.run_coroutine_threadsafe(updates.show(), loop)
            with suppress(TimeoutError):  # the loop has ended
                shown.result(2)

        async def rebuild() -> None:
            await loop.run_in_executor(thread, warm_up)
            before = builder.preview
            async with watch(site_dir, poll=settings.poll, say=say) as changes:
                while True:
                    if not (await changes.wait(_NEW_DAY) or builder.is_outdated()):
                        continue
                    build = partial(
                        builder.build,
                        Progress(),
                        looked_at=updates.list_pages(),
                        on_early=show_early,
                    )
                    rebuilt = await loop.run_in_executor(thread, build)
                    if builder.is_stopping:
                        return
                    # A file that is half written may be whole in a moment.
                    if rebuilt.changed is None and await changes.wait_for_more(_PATIENCE):
                        continue
                    if rebuilt.changed or builder.preview != before:
                        before = builder.preview
                        updates.announce()
                        on_build(rebuilt)

        rebuilding = asyncio.create_task(rebuild())
        # Without it, pages would get old: whatever ended it is reported below.
        rebuilding.add_done_callback(lambda _: stop())
        try:
            await server.serve([listener])
        finally:
            rebuilding.cancel()
            with suppress(asyncio.CancelledError):
                await rebuilding
            # Not in this thread: a build that is going on may wait for the loop (show_early).
            await asyncio.to_thread(thread.shutdown)


@contextmanager
def _call_on_stop_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Call a function on each stop signal inside the block, in the loop that is running.

    Ignored signals stay ignored.
    """
    loop = asyncio.get_running_loop()
    before = {
        number: handler
        for number in STOP_SIGNALS
        if (handler := signal.getsignal(number)) != signal.SIG_IGN
    }
    for number in before:
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
