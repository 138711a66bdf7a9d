"""Start the program: load the command line, and exit without a traceback if that is interrupted."""

import os
import sys
from typing import NoReturn

from lscbsite.stopping import INTERRUPTED, UNABLE


def run() -> NoReturn:
    """Run the command line."""
    try:
        from lscbsite import cli
    except KeyboardInterrupt:
        _end("stopped", INTERRUPTED)
    except (ImportError, MemoryError) as error:
        _end(f"the program cannot be loaded ({error}); install it again", UNABLE)
    cli.run()


def _end(message: str, status: int) -> NoReturn:
    sys.stderr.write(f"lscbsite: {message}\n")
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    run()
