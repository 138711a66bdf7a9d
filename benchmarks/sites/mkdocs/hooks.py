"""What MkDocs does not make by itself: the pages of topics and years, and the feed."""

import datetime as dt
import json
from collections import defaultdict
from email.utils import format_datetime
from pathlib import Path
from typing import Any

_made: dict[str, Any] = {}


def on_env(env: Any, config: Any, files: Any) -> Any:
    """Gather the reports when all are read."""
    names = json.loads(Path("topics.json").read_text("utf-8"))
    pages = [file.page for file in files.documentation_pages()]
    reports = [page for page in pages if page.url.startswith("reports/")]
    reports.sort(key=lambda page: str(page.file.src_uri), reverse=True)
    env.globals["topics"] = names
    # A dirty build has read the changed reports only, so that nothing can be listed.
    _made["whole"] = all(page.content is not None for page in reports)
    if _made["whole"]:
        env.globals["newest"] = reports[:12]
        env.globals["years"] = sorted({page.meta["date"].year for page in reports})
    _made["env"], _made["reports"] = env, reports
    return env


def on_post_build(config: Any) -> None:
    """Write what lists reports."""
    if not _made["whole"]:
        return
    env, reports = _made["env"], _made["reports"]
    by_topic, by_year = defaultdict(list), defaultdict(list)
    for page in reports:
        by_year[str(page.meta["date"].year)].append(page)
        for topic in page.meta["topics"]:
            by_topic[topic].append(page)
    names = env.globals["topics"]
    out = Path(config.site_dir)
    listing = env.get_template("list.html")
    for folder, groups in (("topics", by_topic), ("years", by_year)):
        for key, pages in groups.items():
            text = listing.render(config=config, title=names.get(key, key), reports=pages)
            _write(out / folder / key / "index.html", text)
    topics = env.get_template("topics.html").render(config=config, shown=sorted(by_topic))
    _write(out / "topics" / "index.html", topics)
    feed = env.get_template("feed.xml").render(config=config, reports=reports[:20], when=_when)
    _write(out / "feed.xml", feed)


def _when(day: dt.date) -> str:
    return format_datetime(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC))


def _write(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, "utf-8")
