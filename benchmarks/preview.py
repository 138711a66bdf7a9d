"""Measure how long after saving a file a browser shows the change, and how memory grows.

``python -m benchmarks.preview`` makes a site of 1,000 reports, serves it, and prints the median of 30
saves of each kind, from the write to the first paint of the changed page, with the processor time that the
preview needs until then (Linux). A problem is timed from the write to the frame in which it is shown
("broken") or gone ("mended"). With ``--memory``, it prints the memory of the preview after 10 and after
500 saves of all kinds instead.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.corpus import Corpus, markdown, site_files, write
from benchmarks.measure import say
from benchmarks.peers import ROOT

_BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# What is saved while memory is measured: most saves are of reports.
_MIXED = (*("body", "title") * 4, "template", "site.yaml")
# The time of the page's first paint, by the wall clock, in milliseconds.
_PAINT = """new PerformanceObserver(list => {
  for (const entry of list.getEntriesByName("first-contentful-paint"))
    window.painted = performance.timeOrigin + entry.startTime;
}).observe({type: "paint", buffered: true});"""

# The time, if an overlay is shown, or is not. Playwright looks in each frame.
_OVERLAY = """shown => {
  const root = document.querySelector("lscbsite-preview")?.shadowRoot;
  return root && !!root.querySelector(".problems") === shown && performance.timeOrigin + performance.now();
}"""


@contextmanager
def preview(folder: Path) -> Iterator[tuple[int, str, Callable[[], None]]]:
    """Serve a site; give the process, the address, and what waits until a build has ended."""
    command = [sys.executable, "-m", "lscbsite", "serve", "--site", str(folder), "--port", "0"]
    with subprocess.Popen(  # noqa: S603 (ours)
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        line = next(line for line in process.stdout if line.startswith("http:"))
        time.sleep(2)  # until it watches
        output = process.stdout

        def wait() -> None:
            next(line for line in output if " changed in " in line)
            time.sleep(0.2)

        try:
            yield process.pid, line.split()[0], wait
        finally:
            process.terminate()


def read_memory(process: int) -> int:
    """Return the memory of a process that is in use, in MB (Linux)."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * 4096 // 1_000_000


def read_processor_time(process: int) -> float:
    """Return the processor time that a process has used, in milliseconds (Linux)."""
    nanoseconds = (
        int(thread.joinpath("schedstat").read_text().split()[0])
        for thread in Path(f"/proc/{process}/task").iterdir()
    )
    return sum(nanoseconds) / 1_000_000


def time_save(page: Page, save: Callable[[str], None], number: int) -> float:
    """Return the milliseconds from a save to the paint of the page that has the saved words."""
    words = f"Saved {number}."
    start = time.time() * 1000
    save(words)
    page.wait_for_function(
        "words => document.body?.innerText.includes(words) && window.painted", arg=words
    )
    painted: float = page.evaluate("window.painted")
    return painted - start


def time_problem(page: Page, save: Callable[[str], None], *, shown: bool) -> float:
    """Return the milliseconds from a save to the frame in which a problem is shown, or gone."""
    start = time.time() * 1000
    save("")
    return float(page.wait_for_function(_OVERLAY, arg=shown).json_value()) - start


def list_saves(folder: Path, name: str) -> dict[str, Callable[[str], None]]:
    """Return what saves a file so that a report's page contains some words, by what is saved."""
    report = folder / f"reports/{name}.md"
    text = report.read_text("utf-8")
    settings = (folder / "site.yaml").read_text("utf-8")
    template = (ROOT / "templates/report.html").read_text("utf-8")
    place = "{% block content %}"
    assert place in template

    def save_template(words: str) -> None:
        (folder / "templates").mkdir(exist_ok=True)
        file = folder / "templates/report.html"
        file.write_text(template.replace(place, f"{place}<p>{words}</p>", 1), "utf-8")

    def save_settings(words: str) -> None:
        (folder / "site.yaml").write_text(f"{settings}notice: {words}\n", "utf-8")

    return {
        "body": lambda words: _save(report, text + f"\n{words}\n"),
        "title": lambda words: _save(report, text.replace("---\n", f"---\ntitle: {words}\n", 1)),
        "template": save_template,
        "site.yaml": save_settings,
        "broken": lambda _: _save(report, text.replace("---\n", "---\nnothing: x\n", 1)),
        "mended": lambda _: _save(report, text),
    }


def measure(
    kind: str,
    page: Page,
    saves: dict[str, Callable[[str], None]],
    number: int,
    process: int,
    wait: Callable[[], None],
) -> None:
    """Save a number of times, and print the median; a "problem" is saved and mended in turn."""
    times: dict[str, list[float]] = {}
    processor: dict[str, list[float]] = {}
    for count in range(number):
        for one in ("broken", "mended") if kind == "problem" else (kind,):
            before = read_processor_time(process)
            if kind == "problem":
                spent = time_problem(page, saves[one], shown=one == "broken")
            else:
                spent = time_save(page, saves[one], count)
            times.setdefault(one, []).append(spent)
            processor.setdefault(one, []).append(read_processor_time(process) - before)
            if one != "broken":
                wait()
    for one, all_times in times.items():
        say(
            f"{one}: {statistics.median(all_times):.0f} ms (median of {number}; at most"
            f" {max(all_times):.0f}; processor {statistics.median(processor[one]):.0f})"
        )


def _save(file: Path, text: str) -> None:
    file.write_text(text, "utf-8")


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.preview", description=__doc__)
    parser.add_argument("--size", type=int, default=1000)
    parser.add_argument("--saves", type=int, default=30)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--only", default="body,title,template,site.yaml,problem")
    given = parser.parse_args()
    corpus = Corpus(given.size)
    program = next(found for name in _BROWSERS if (found := shutil.which(name)))
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folder = Path(scratch)
        write(folder, iter(site_files().items()))
        texts = ((f"reports/{one.date}.md", markdown(one)) for one in corpus.reports())
        write(folder, texts)
        name = next(
            name
            for name in corpus.names[given.size // 2 :]
            if "\ntitle:" not in (folder / f"reports/{name}.md").read_text("utf-8")
        )
        saves = list_saves(folder, name)
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        with preview(folder) as (process, address, wait):
            page = browser.new_page()
            page.add_init_script(_PAINT)
            page.goto(f"{address}reports/{name}/")
            if given.memory:
                for number in range(500):
                    kind = _MIXED[number % len(_MIXED)]
                    time_save(page, saves[kind], number)
                    wait()
                    if number + 1 in (10, 100, 250, 500):
                        say(f"after {number + 1} saves: {read_memory(process)} MB")
            else:
                for kind in given.only.split(","):
                    measure(kind, page, saves, given.saves, process, wait)
            say(f"memory: {read_memory(process)} MB")
        browser.close()


if __name__ == "__main__":
    main()
