"""Draw docs/benchmarks.svg from results.json; needs matplotlib."""

import json
import math
import statistics
import sys
from pathlib import Path

import matplotlib as mpl  # type: ignore[import-not-found]

mpl.use("svg")
# The same figures give the same bytes.
mpl.rcParams |= {"svg.hashsalt": "lscbsite", "svg.fonttype": "none", "font.family": "sans-serif"}

from matplotlib import pyplot as plt  # noqa: E402
from matplotlib import ticker  # noqa: E402

_DOTS = {
    "cold": ("from nothing", "#1d5b79"),
    "edited": ("one report edited", "#d98324"),
    "nothing": ("nothing changed", "#8fb8a8"),
}


def draw(store: Path, target: Path) -> None:
    """Draw a panel for each number of reports: a group of dots for each generator."""
    rows = json.loads(store.read_text("utf-8"))["peers"]
    wall = {
        (row["peer"], row["size"], row["scenario"]): statistics.median(row["wall"]) for row in rows
    }
    sizes = list(dict.fromkeys(row["size"] for row in rows))
    names = list(dict.fromkeys(row["peer"] for row in rows))
    figure, panels = plt.subplots(
        1, len(sizes), figsize=(5 * len(sizes), 0.75 * len(names) + 1.2), squeeze=False, sharey=True
    )
    for panel, size in zip(panels[0], sizes, strict=True):
        for place, (scenario, (words, colour)) in enumerate(_DOTS.items()):
            heights = [n + (place - 1) * 0.27 for n in range(len(names))]
            values = [wall.get((name, size, scenario), float("nan")) for name in names]
            panel.plot(values, heights, "o", label=words, color=colour)
            for value, height in zip(values, heights, strict=True):
                if not math.isnan(value):
                    label = f"{value:.2f}" if value < 10 else f"{value:.0f}"
                    panel.annotate(
                        label, (value, height), (7, -3), textcoords="offset points", size=8
                    )
        panel.set_title(f"{size:,} reports: seconds, each step ten times as many", fontsize=10)
        panel.set_xscale("log")
        panel.margins(x=0.15)
        panel.xaxis.set_major_formatter("{x:g}")
        panel.xaxis.set_minor_formatter(ticker.NullFormatter())
        panel.set_yticks(range(len(names)), names)
        panel.grid(axis="x", color="#dddddd")
        panel.spines[["top", "right", "left"]].set_visible(False)
    panels[0][0].invert_yaxis()
    handles, labels = panels[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncols=len(_DOTS), frameon=False)
    figure.tight_layout(rect=(0, 0.06, 1, 1))
    figure.savefig(target, metadata={"Date": None, "Creator": None})
    # The library leaves blanks at the ends of lines.
    lines = target.read_text("utf-8").splitlines()
    target.write_text("".join(f"{line.rstrip()}\n" for line in lines), "utf-8")


if __name__ == "__main__":
    draw(Path(sys.argv[1]), Path(sys.argv[2]))
