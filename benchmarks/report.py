"""Format the figures as the tables in docs/benchmarks.md."""

import json
import os
import platform
import re
import statistics
import subprocess
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measure import OWN_SCENARIOS, SCENARIOS, Results, Run
from benchmarks.peers import CACHE, HERE, ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
PLOT = ROOT / "docs" / "benchmarks.svg"
STORE = HERE / "results.json"
_BEGIN, _END = "<!-- figures -->", "<!-- end of figures -->"
_WORDS = {
    "cold": "from nothing",
    "nothing": "nothing changed",
    "edited": "one report edited",
    "added": "one report added",
    "version": "`lscbsite --version`",
    "error": "an error in a report",
    "restored": "restored cache, no output",
    "restored-output": "restored cache and output",
    "next-day": "the next day",
}


def machine() -> dict[str, str]:
    """Return a description of the machine."""
    cpu = re.search(r"^model name\s*: (.*)$", _text("/proc/cpuinfo"), re.M)
    memory = re.search(r"^MemTotal: *(\d+)", _text("/proc/meminfo"), re.M)
    try:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        system = platform.system()
    return {
        "Processor": f"{cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cores",
        "Memory": f"{int(memory[1]) / 2**20:.0f} GiB" if memory else "?",
        "System": f"{system}, {platform.system()} {platform.release()}",
        "Python": platform.python_version(),
    }


def _text(path: str) -> str:
    return Path(path).read_text("utf-8") if Path(path).exists() else ""


# --- what is kept ---------------------------------------------------------------------------


def rows(results: Results) -> list[dict[str, Any]]:
    """Return results as rows to save."""
    return [
        {
            "peer": peer,
            "size": size,
            "scenario": scenario,
            "wall": [round(each.wall, 3) for each in runs],
            "cpu": [round(each.cpu, 3) for each in runs],
            "memory": [each.memory for each in runs],
        }
        for (peer, size, scenario), runs in results.items()
    ]


def results(kept: Iterable[dict[str, Any]]) -> Results:
    """Return saved rows as results."""
    return {
        (row["peer"], row["size"], row["scenario"]): [
            Run(*taken) for taken in zip(row["wall"], row["cpu"], row["memory"], strict=True)
        ]
        for row in kept
    }


def load() -> dict[str, Any]:
    """Return the saved results of earlier runs."""
    kept: dict[str, Any] = json.loads(STORE.read_text("utf-8")) if STORE.exists() else {}
    return kept


def keep(**parts: Any) -> None:
    """Save new figures in place of those of earlier runs.

    Figures of sizes that were not measured now stay.
    """
    before = load()
    if "peers" in parts:
        sizes = {row["size"] for row in parts["peers"]}
        others = [row for row in before.get("peers", ()) if row["size"] not in sizes]
        parts["peers"] = sorted([*others, *parts["peers"]], key=lambda row: row["size"])
    text = json.dumps(before | parts, indent=1)
    # A row's numbers on one line.
    text = re.sub(r"\[[\d\s.,]*\]", lambda found: re.sub(r"\s+", " ", found[0]), text)
    STORE.write_text(f"{text}\n", "utf-8")


# --- tables ---------------------------------------------------------------------------------


def seconds(value: float) -> str:
    """Return a duration in three digits or so."""
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def median(runs: Sequence[Run]) -> Run:
    """Return the median of each figure."""
    return Run(
        statistics.median(each.wall for each in runs),
        statistics.median(each.cpu for each in runs),
        round(statistics.median(each.memory for each in runs)),
    )


def _spread(runs: Sequence[Run]) -> str:
    """Return the median and the range."""
    walls = [each.wall for each in runs]
    if len(walls) == 1:
        return f"{seconds(walls[0])} (once)"
    return f"{seconds(median(runs).wall)} ({seconds(min(walls))}–{seconds(max(walls))})"


def _table(head: Sequence[str], body: Iterable[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(row)} |" for row in (head, *body)]
    return [lines[0], "|---" + "|---:" * (len(head) - 1) + "|", *lines[1:], ""]


def _facts(head: Sequence[str], body: Iterable[Sequence[str]]) -> list[str]:
    lines = _table(head, body)
    return [lines[0], "|---" * len(head) + "|", *lines[2:]]


def _by_peer(
    figures: Results, size: int, cell: Callable[[Sequence[Run], Sequence[Run] | None], str]
) -> list[str]:
    """Return a table of generators by scenario; a cell may be compared with Hugo's."""
    names = list(dict.fromkeys(peer for peer, of, _ in figures if of == size))
    body = []
    for name in names:
        runs = [figures.get((name, size, scenario)) for scenario in SCENARIOS]
        hugo = [figures.get(("Hugo", size, scenario)) for scenario in SCENARIOS]
        cells = [cell(one, other) if one else "–" for one, other in zip(runs, hugo, strict=True)]
        body.append([name, *cells])
    return _table(["", *(_WORDS[scenario] for scenario in SCENARIOS)], body)


def _ratio(runs: Sequence[Run], hugo: Sequence[Run] | None) -> str:
    return f"{median(runs).wall / median(hugo).wall:.2f}" if hugo else "–"


def _cost(runs: Sequence[Run], hugo: Sequence[Run] | None) -> str:
    middle = median(runs)
    return f"{seconds(middle.cpu)} s, {middle.memory / 1e6:,.0f} MB"


def peer_tables(figures: Results) -> list[str]:
    """Return the tables that compare, for each number of reports."""
    lines = []
    for size in dict.fromkeys(size for _, size, _ in figures):
        lines += [f"### {size:,} reports", "", "Seconds: the median, the least and the most.", ""]
        lines += _by_peer(figures, size, lambda runs, _: _spread(runs))
        lines += ["The same as a multiple of Hugo's time:", ""]
        lines += _by_peer(figures, size, _ratio)
        lines += ["Processor time, and memory of the largest process:", ""]
        lines += _by_peer(figures, size, _cost)
    return lines


def own_table(figures: Results) -> list[str]:
    """Return the table of lscbsite's own figures."""
    sizes = list(dict.fromkeys(size for peer, size, _ in figures if peer == "lscbsite"))
    body = []
    for scenario in OWN_SCENARIOS:
        found = [figures.get(("lscbsite", size, scenario)) for size in sizes]
        if any(found):
            cells = (f"{_spread(runs)}; {_cost(runs, None)}" if runs else "–" for runs in found)
            body.append([_WORDS[scenario], *cells])
    head = ["", *(f"{size:,} reports" for size in sizes)]
    told = "Seconds; processor time, and memory of the largest process."
    return ["### lscbsite alone", "", told, "", *_table(head, body)] if body else []


def growth_table(figures: Results) -> list[str]:
    """Return the table of how builds grow with the number of reports."""
    body = [
        [
            f"{size:,} reports, {_WORDS[scenario]}",
            f"{_spread(runs)}",
            f"{median(runs).wall / size * 1000:.2f}",
            f"{seconds(median(runs).cpu)}",
            f"{median(runs).memory / 1e6:,.0f}",
        ]
        for (_, size, scenario), runs in figures.items()
    ]
    head = ["", "seconds", "milliseconds a report", "processor time, seconds", "memory, MB"]
    return ["### Growth", "", *_table(head, body)] if body else []


def write() -> None:
    """Write the saved figures into the page, and draw the plot."""
    kept = load()
    versions = [[name, *words] for name, words in kept.get("versions", {}).items()]
    peers, growth = results(kept.get("peers", [])), results(kept.get("growth", []))
    lines = _facts(["Machine", ""], kept.get("machine", {}).items())
    lines += _facts(["Generator", "Version", "What it was told"], versions)
    lines += peer_tables(peers) + own_table(peers) + growth_table(growth)
    before, _, rest = PAGE.read_text("utf-8").partition(_BEGIN)
    _, _, after = rest.partition(_END)
    text = "\n".join([f"{before}{_BEGIN}", "", *lines]).rstrip("\n")
    PAGE.write_text(f"{text}\n\n{_END}{after}", "utf-8")
    python = CACHE / "chart" / "bin" / "python"
    subprocess.run(  # noqa: S603
        [python, HERE / "plot.py", STORE, PLOT], check=True
    )
