"""Test the process pool: whatever happens to a process, nobody waits for ever."""

import os
import signal
import struct
import sys
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor

import pytest

from lscbsite.process_pool import ProcessPool

PATIENCE = 60


@pytest.fixture
def pool() -> Iterator[ProcessPool]:
    made = ProcessPool(2)
    yield made
    made.shutdown()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_while_answering() -> None:
    """Begin an answer of a thousand bytes, and end in the middle of it."""
    connection = sys._getframe(1).f_locals["connection"]
    os.write(connection.fileno(), struct.pack("!i", 1000) + b"half of it")
    die()


def fail() -> None:
    raise LookupError("not here")


def answer_with_a_module() -> object:
    return os


def test_calls_are_answered_in_other_processes(pool: ProcessPool) -> None:
    futures = [pool.submit(divmod, number, 7) for number in range(40)]
    answers = [future.result(PATIENCE) for future in futures]
    assert answers == [divmod(number, 7) for number in range(40)]
    numbers = {pool.submit(os.getpid).result(PATIENCE) for _ in range(20)}
    assert os.getpid() not in numbers
    assert len(numbers) <= 2


def test_large_calls_and_answers_pass(pool: ProcessPool) -> None:
    large = bytes(5_000_000)
    assert pool.submit(bytes.upper, large).result(PATIENCE) == large


def test_an_error_comes_back_with_its_traceback(pool: ProcessPool) -> None:
    with pytest.raises(LookupError, match="not here") as caught:
        pool.submit(fail).result(PATIENCE)
    assert "in fail" in "".join(caught.value.__notes__)
    assert pool.submit(abs, -1).result(PATIENCE) == 1


def test_an_answer_that_cannot_be_sent_is_an_error(pool: ProcessPool) -> None:
    with pytest.raises(RuntimeError, match="cannot be sent"):
        pool.submit(answer_with_a_module).result(PATIENCE)
    assert pool.submit(abs, -1).result(PATIENCE) == 1


@pytest.mark.parametrize("ending", [die, die_while_answering])
def test_a_process_that_is_killed_breaks_the_pool_at_once(ending: object) -> None:
    pool = ProcessPool(2)
    # The other process is at work for longer than anybody waits.
    futures = [pool.submit(time.sleep, 10 * PATIENCE), pool.submit(ending)]  # type: ignore[arg-type]
    futures.append(pool.submit(abs, -1))
    for future in futures:
        with pytest.raises(BrokenExecutor):
            future.result(PATIENCE)
    pool.shutdown()


def test_closing_does_not_wait_for_what_is_under_way() -> None:
    pool = ProcessPool(2)
    futures = [pool.submit(time.sleep, 10 * PATIENCE) for _ in range(4)]
    pool.shutdown()
    assert all(future.done() for future in futures)
