"""Run one command, and print the time and memory it took as JSON.

A process of its own, because the kernel counts the memory of the process that starts a command as
the command's: this one is smaller than anything that is measured.
"""

import json
import os
import sys
import time

_KILOBYTE = 1 if sys.platform == "darwin" else 1024


def main() -> None:
    """Run the command on the command line, after the name of its log file."""
    log, *command = sys.argv[1:]
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    redirected = [(os.POSIX_SPAWN_DUP2, out, number) for number in (1, 2)]
    start = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=redirected)
    _, status, usage = os.wait4(child, 0)
    result = {
        "wall": time.perf_counter() - start,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss * _KILOBYTE,
        "code": os.waitstatus_to_exitcode(status),
    }
    sys.stdout.write(json.dumps(result))


if __name__ == "__main__":
    main()
