"""Measure builds; with --write, update docs/benchmarks.md."""

import argparse
import shlex
import shutil
import sys
from pathlib import Path

from benchmarks import report
from benchmarks.corpus import Corpus
from benchmarks.measure import (
    ASIDE,
    OWN_SCENARIOS,
    SCENARIOS,
    FaultError,
    Results,
    measure,
    say,
    version,
)
from benchmarks.peers import CACHE, ROOT, NotAvailableError, Peer, install, peers


def arguments() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("--sizes", help="numbers of reports (default: 1000,10000; with --growth also 100000)")
    add("--rounds", type=int, default=3, help="how many rounds to measure (default: 3)")
    add("--only", help="generators, such as hugo,lscbsite (default: all)")
    add("--scenarios", help=f"some of {','.join(SCENARIOS)}")
    add("--growth", action="store_true", help="measure how lscbsite's builds grow")
    add("--corpus", type=Path, help="a folder in which to lay out and keep the sites")
    add("--lay-out", action="store_true", help="only lay out the sites in --corpus")
    add("--unchecked", action="store_true", help="do not check the outputs")
    add(
        "--patience",
        type=float,
        default=300,
        help="generators that take longer for a build get only one round",
    )
    add("--lscbsite", default=str(ROOT / ".venv/bin/lscbsite"), help="the command to measure")
    add("--write", action="store_true", help="save the figures, and write the page")
    add("--page", action="store_true", help="only write the page, from the saved figures")
    given = parser.parse_args()
    sizes = given.sizes or ("1000,10000,100000" if given.growth else "1000,10000")
    given.sizes = [int(size) for size in sizes.split(",")]
    given.only = "lscbsite" if given.growth else given.only
    if given.lay_out and not given.corpus:
        parser.error("--lay-out needs --corpus")
    return given


def chosen(given: argparse.Namespace) -> list[Peer]:
    """Install and return the requested generators that are available."""
    found = list(peers(tuple(shlex.split(given.lscbsite))))
    if given.only:
        wanted = given.only.casefold().split(",")
        found = [peer for peer in found if peer.tool in wanted]
    if given.lay_out:
        return found
    for tool in dict.fromkeys(peer.tool for peer in found):
        try:
            install(tool)
        except NotAvailableError as error:
            say(str(error))
            found = [peer for peer in found if peer.tool != tool]
    return found


def measured(given: argparse.Namespace, everybody: list[Peer], folder: Path) -> Results:
    """Measure each size in turn."""
    scenarios = ("cold", "nothing", "edited") if given.growth else SCENARIOS
    if given.scenarios:
        scenarios = tuple(given.scenarios.split(","))
    results: Results = {}
    for size in given.sizes:
        results |= measure(
            everybody,
            size,
            given.rounds,
            folder,
            scenarios=scenarios,
            own=() if given.growth or given.scenarios else OWN_SCENARIOS,
            checked=not (given.unchecked or given.growth),
            patience=given.patience,
        )
    return results


def main() -> int:
    """Run the benchmarks."""
    given = arguments()
    folder = (given.corpus or CACHE / "sites").resolve()
    if given.page:
        install("chart")
        report.write()
        return 0
    everybody = chosen(given)
    if given.lay_out:
        for peer in everybody:
            for size in given.sizes:
                peer.lay_out(Corpus(size), folder / str(size) / peer.folder)
        return 0
    try:
        figures = measured(given, everybody, folder)
    except FaultError as error:
        say(str(error))
        return 1
    finally:
        shutil.rmtree(folder / ASIDE if given.corpus else folder, ignore_errors=True)
    lines = report.growth_table(figures) if given.growth else report.peer_tables(figures)
    sys.stdout.write("\n".join([*lines, *([] if given.growth else report.own_table(figures))]))
    if given.write:
        if given.growth:
            report.keep(growth=report.rows(figures))
        else:
            versions = {peer.name: [version(peer), peer.told] for peer in everybody}
            report.keep(machine=report.machine(), versions=versions, peers=report.rows(figures))
        install("chart")
        report.write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
