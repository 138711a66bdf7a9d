"""Which artifacts must be rendered, and how what they need is loaded."""

from collections.abc import Iterator, Set
from typing import NamedTuple

import msgspec

from lscbsite.context import BuildContext, BuildInputs, Options
from lscbsite.incremental.plan import RenderJob, list_jobs
from lscbsite.incremental.serialization import encode, unpack_files
from lscbsite.incremental.state import OutputStat
from lscbsite.index import Redactor
from lscbsite.parsing.documents import load_encoded_report, load_report
from lscbsite.planning import CurrentPlan, ParsedSite
from lscbsite.render import InputLoader, render


class Dirty(NamedTuple):
    """What must be rendered: ``paths`` of artifacts; ``fingerprints`` are those of all.

    ``intact`` are the files in the output folder that stay.
    """

    paths: list[str]
    fingerprints: dict[str, bytes]
    intact: dict[str, OutputStat]


def find_dirty(options: Options, inputs: BuildInputs, plan: CurrentPlan) -> Dirty:
    """Return the artifacts whose fingerprint is new, or of which a file is not intact."""
    fingerprints = {
        path: fingerprint
        for group in (plan.groups or {}).values()
        for path, fingerprint in zip(group.paths, group.fingerprints, strict=True)
    }
    state = inputs.state
    before = state.fingerprints if state else {}
    same = {path for path, new in fingerprints.items() if before.get(path) == new}
    written = state.outputs.keys() if state else set()
    intact = _find_intact(same, inputs.outputs.keys(), written)
    done = same if options.output_dir is None else set(intact.values())
    return Dirty(
        [path for path in fingerprints if path not in done],
        fingerprints,
        {path: inputs.outputs[path] for path in intact},
    )


def render_dirty(
    options: Options, context: BuildContext, site: ParsedSite, plan: CurrentPlan, dirty: Dirty
) -> Iterator[tuple[str, bytes]]:
    """Yield the path and the bytes of each file of the dirty artifacts.

    Raises:
        FaultError: a template of the site is at fault, or a file changed meanwhile.

    """
    store, groups = context.store, plan.groups or {}
    context.progress.begin("render", len(dirty.paths))

    def jobs(wanted: Set[str]) -> Iterator[RenderJob]:
        for key, group in groups.items():
            yield from list_jobs(key, group, store, wanted)

    redactor = Redactor(site.config)

    def load_published(path: str) -> bytes:
        parsed, overrides = site.files[path], plan.overrides.get(path)
        if overrides is None:  # fast path: most are as their files say
            return encode((msgspec.Raw(load_encoded_report(parsed, store)), (), ()))
        return encode(redactor.publish(load_report(parsed, store), overrides))

    loader = InputLoader(load_published, lambda path: site.files[path].number, options.site_dir)
    rendered = render(context, dirty.paths, dirty.fingerprints, jobs, site.templates, loader)
    for path, data in rendered:
        yield from unpack_files(path, data)


def _find_intact(same: Set[str], present: Set[str], written: Set[str]) -> dict[str, str]:
    """Return those files of unchanged artifacts that are intact, with their artifacts.

    The files of a folder are intact if all that were written are.
    """
    lost = {_find_artifact(path, same) for path in written - present}
    return {
        path: artifact
        for path in present
        if (artifact := _find_artifact(path, same)) and artifact not in lost
    }


def _find_artifact(path: str, artifacts: Set[str]) -> str:
    """Return the artifact that a file is, or whose folder it is in, '' if it is of none."""
    folder = path
    while folder not in artifacts:
        end = folder.rstrip("/").rfind("/")
        if end < 0:
            return ""
        folder = folder[: end + 1]
    return folder
