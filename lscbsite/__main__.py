"""Where the program starts: loads the command line, and ends quietly if it is stopped meanwhile."""

import os
import sys
from typing import NoReturn

_UNABLE, _INTERRUPTED = 2, 130


def run() -> NoReturn:
    """Run the command line."""
    try:
        from lscbsite import cli
    except KeyboardInterrupt:
        _end("stopped", _INTERRUPTED)
    except (ImportError, MemoryError) as error:
        _end(f"the program cannot be loaded ({error}); install it again", _UNABLE)
    cli.run()


def _end(message: str, status: int) -> NoReturn:
    sys.stderr.write(f"lscbsite: {message}\n")
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    run()
