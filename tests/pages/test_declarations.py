"""Test that each kind of page and file is declared once, and that lists of pages follow."""

import inspect
import pkgutil
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import NamedTuple
from urllib.parse import unquote

import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner
from conftest import TESTS, TODAY, Project, parsed, text

from lscbsite import outputs, plan
from lscbsite.cli import main
from lscbsite.i18n import get_translations
from lscbsite.incremental.fingerprint import TEMPLATES
from lscbsite.incremental.serialization import encode_with_inputs, get_renderer_name
from lscbsite.model import Artifact, SiteIndex
from lscbsite.outputs import OUTPUTS, RENDERERS, list_linkable_urls
from lscbsite.outputs.declaration import OutputKind, get_scope
from lscbsite.outputs.pages import PAGES, asks, glossary, home, search, thread
from lscbsite.outputs.redirects import get_address
from lscbsite.outputs.site_context import MenuLink
from lscbsite.plan import plan_artifacts
from lscbsite.problems import Problems

ROOT = TESTS.parent

# A site with each feature; one with boards; one with so many asks that each year has a page, and with a form.
SITES = ("site", "site-boards", "many-asks")
each_site = pytest.mark.parametrize("name", SITES)


class PlannedSite(NamedTuple):
    """A site with all that is planned for it, and the folder that it is built in."""

    site: SiteIndex
    artifacts: tuple[Artifact, ...]
    output: Path


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, PlannedSite]:
    """Build each site; return what was planned."""
    many = Project(tmp_path_factory.mktemp("many-asks"))
    for year in (2011, 2012):
        entries = "".join(f"  - ask: Question {number}?\n" for number in range(30))
        many.report(f"{year}-05-01", f"feedback:\n{entries}")
    assert many.run("cms").exit_code == 0
    folders = {name: TESTS / name for name in SITES} | {"many-asks": many.folder}
    return {
        name: build(folder, tmp_path_factory.mktemp(name) / "output")
        for name, folder in folders.items()
    }


def build(folder: Path, output: Path) -> PlannedSite:
    """Build a site; return what was planned."""
    sites: list[SiteIndex] = []

    def record(
        site: SiteIndex, known: Mapping[bytes, Sequence[str]], problems: Problems
    ) -> Iterator[tuple[bytes, tuple[Artifact, ...] | None]]:
        sites.append(site)
        return plan_artifacts(site, known, problems)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "plan_artifacts", record)
        options = ("--site", str(folder), "--output", str(output), "--today", TODAY, "--no-cache")
        result = CliRunner().invoke(main, ["build", *options])
    assert result.exit_code == 0, result.stderr
    groups = plan_artifacts(sites[0], {}, Problems())
    return PlannedSite(sites[0], tuple(one for _, group in groups for one in group or ()), output)


def matches(address: str, declared: str) -> bool:
    """Return whether an address is one of those that are declared, with placeholders."""
    parts = re.split(r"\{(\w+)\}", declared)
    single = {"year": r"\d{4}", "board": "[^/]+", "topic": "[^/]+", "former_topic": "[^/]+"}
    pattern = "".join(
        single.get(part, ".+") if place % 2 else re.escape(part) for place, part in enumerate(parts)
    )
    return re.fullmatch(pattern, address) is not None


def find_kinds(artifact: Artifact, kinds: Sequence[OutputKind]) -> list[OutputKind]:
    """Return the kinds that an output is of, by its address and its renderer."""
    address = get_address(artifact.path)
    return [
        kind
        for kind in kinds
        if (artifact.renderer in kind.renderers or not (artifact.renderer or kind.renderers))
        and any(matches(address, declared) for declared in kind.addresses)
    ]


def find_faults_in_declarations(kinds: Sequence[OutputKind]) -> Iterator[str]:
    """Yield what is wrong with declarations, whatever the site."""
    with (ROOT / "lscbsite" / "locale" / "lscbsite.pot").open("rb") as file:
        sentences = {message.id for message in read_po(file)}
    addresses = Counter(address for kind in kinds for address in kind.addresses)
    yield from (f"declared twice: {address}" for address, count in addresses.items() if count > 1)
    for kind in kinds:
        is_single_page = re.fullmatch(r"[^{]+(/|\.html)", kind.url)
        if is_single_page and not kind.title:
            yield f"a page without a title: {kind.url}"
        if kind.menu and not is_single_page:
            yield f"in the menu, but not a single page: {kind.url}"
        for sentence in filter(None, (kind.title, kind.menu and kind.menu.label)):
            if sentence not in sentences:
                yield f"not in the catalogues: {sentence}"
    positions = Counter(kind.menu.position for kind in kinds if kind.menu)
    yield from (f"two in the menu at {place}" for place, count in positions.items() if count > 1)


def find_faults(kinds: Sequence[OutputKind], planned: PlannedSite) -> Iterator[str]:
    """Yield the differences between the declarations and the planned outputs."""
    for artifact in planned.artifacts:
        if not find_kinds(artifact, kinds):
            yield f"not declared: {artifact.path}"
    known = {get_address(artifact.path) for artifact in planned.artifacts}
    for kind in (kind for kind in kinds if kind.linkable or kind.sitemap):
        for url in kind.list_urls(get_scope(planned.site)):
            if unquote(url) not in known:
                yield f"declared, but not planned: {url}"


@each_site
def test_outputs_are_as_declared(name: str, planned: Mapping[str, PlannedSite]) -> None:
    assert not list(find_faults(OUTPUTS, planned[name]))


def test_declarations_have_no_faults() -> None:
    assert not list(find_faults_in_declarations(OUTPUTS))


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        (glossary.GLOSSARY, glossary.GLOSSARY._replace(title="")),
        (glossary.GLOSSARY, glossary.GLOSSARY._replace(title="Words of the board")),
        (glossary.GLOSSARY, glossary.GLOSSARY._replace(addresses=("search/",))),
        (glossary.GLOSSARY, glossary.GLOSSARY._replace(menu=MenuLink("Words of the board", 3))),
        (glossary.GLOSSARY, glossary.GLOSSARY._replace(menu=MenuLink("Glossary", 1))),
        (thread.THREADS, thread.THREADS._replace(menu=MenuLink("Topics", 9))),
        (home.HOME, None),
        (thread.THREADS, None),
        (home.HOME, home.HOME._replace(addresses=("home/",))),
        (search.SEARCH, search.SEARCH._replace(renderers=(home.render_home,))),
        (thread.THREADS, thread.THREADS._replace(addresses=("topic/{topic}/",))),
        (glossary.GLOSSARY, glossary.GLOSSARY._replace(exists=lambda _: True)),
        (
            asks.ASKS_OF_YEARS,
            asks.ASKS_OF_YEARS._replace(sitemap=True, addresses=("asks/{year}/",)),
        ),
    ],
)
def test_a_wrong_or_missing_declaration_is_noticed(
    kind: OutputKind, wrong: OutputKind | None, planned: Mapping[str, PlannedSite]
) -> None:
    kinds = [other for other in OUTPUTS if other is not kind] + ([wrong] if wrong else [])
    faults = list(find_faults_in_declarations(kinds))
    faults += [fault for name in SITES for fault in find_faults(kinds, planned[name])]
    assert faults


@each_site
def test_each_page_has_its_declared_title(name: str, planned: Mapping[str, PlannedSite]) -> None:
    site, artifacts, output = planned[name]
    words = get_translations(site.config.site.language)
    for artifact in artifacts:
        for kind in find_kinds(artifact, PAGES):
            heading = text(parsed((output / artifact.path).read_bytes()).find(".//h1"))
            assert heading == (words.gettext(kind.title) if kind.title else heading)
            assert heading, artifact.path


def list_renderers(artifact: Artifact) -> Iterator[object]:
    """Yield the renderers of an artifact and of the fragments in it."""
    yield artifact.renderer
    _, inputs = encode_with_inputs(artifact.view)
    for value in inputs.values():
        if isinstance(value.source, Artifact):
            yield from list_renderers(value.source)


def test_each_renderer_is_used(planned: Mapping[str, PlannedSite]) -> None:
    artifacts = [artifact for each in planned.values() for artifact in each.artifacts]
    used = {renderer for artifact in artifacts for renderer in list_renderers(artifact)}
    for kind in OUTPUTS:
        assert used >= set(kind.renderers), kind.addresses


def test_the_store_knows_renderers_by_names_of_their_own() -> None:
    renderers = {renderer for kind in OUTPUTS for renderer in kind.renderers}
    assert set(RENDERERS.values()) == renderers
    assert all(get_renderer_name(renderer) == name for name, renderer in RENDERERS.items())


def test_each_template_is_used() -> None:
    """A renderer or another template names each; one that is named but missing fails the build."""
    names = {path.name for path in TEMPLATES.iterdir()}
    files = [*(ROOT / "lscbsite").rglob("*.py"), *TEMPLATES.iterdir()]
    texts = "".join(file.read_text("utf-8") for file in files)
    assert not [name for name in names if f'"{name}"' not in texts]


def test_the_sites_have_an_output_of_each_kind(planned: Mapping[str, PlannedSite]) -> None:
    found = {
        kind.addresses
        for each in planned.values()
        for artifact in each.artifacts
        for kind in find_kinds(artifact, OUTPUTS)
    }
    assert not [kind.addresses for kind in OUTPUTS if kind.addresses not in found]


def list_modules(package: ModuleType) -> Iterator[ModuleType]:
    """Yield the modules of a package, at any depth."""
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield import_module(module.name)


def test_no_declaration_and_no_planner_is_forgotten() -> None:
    planners = {kind.plan for kind in OUTPUTS} | {kind.slice_index for kind in OUTPUTS}
    for module in list_modules(outputs):
        declared = [value for value in vars(module).values() if isinstance(value, OutputKind)]
        assert all(kind in OUTPUTS for kind in declared), module
        for name, function in inspect.getmembers(module, inspect.isfunction):
            own = function.__module__ == module.__name__
            if own and list(inspect.signature(function).parameters) == ["site", "site_view"]:
                assert name.startswith("_") or function in planners, f"{module.__name__}.{name}"


def test_a_kind_is_declared_once_with_one_planner() -> None:
    assert len(set(OUTPUTS)) == len(OUTPUTS)
    assert OUTPUTS[: len(PAGES)] == PAGES
    for kind in OUTPUTS:
        assert (kind.plan is None) != (kind.slice_index is None), kind.addresses
        assert (kind.slice_index is None) == (kind.plan_slice is None), kind.addresses


@each_site
def test_the_sitemap_has_all_pages_but_further_ones(
    name: str, planned: Mapping[str, PlannedSite]
) -> None:
    site, artifacts, output = planned[name]
    base = site.config.site.base_url
    addresses = re.findall("<loc>(.*?)</loc>", (output / "sitemap.xml").read_text("utf-8"))
    listed = {unquote(address.removeprefix(base)) for address in addresses}
    assert len(addresses) == len(listed)
    assert listed <= {get_address(artifact.path) for artifact in artifacts}
    for artifact in artifacts:
        if not (kinds := find_kinds(artifact, PAGES)):
            continue
        page = (output / artifact.path).read_text("utf-8")
        address = get_address(artifact.path)
        if address not in listed and '<link rel="canonical"' in page:
            further = [one for kind in kinds for one in kind.addresses if "{part}" in one]
            assert any(matches(address, one) for one in further), address


@each_site
@pytest.mark.parametrize("where", ["header", "footer"])
def test_header_and_footer_lead_to_the_pages_of_the_menu(
    name: str, where: str, planned: Mapping[str, PlannedSite]
) -> None:
    site, _, output = planned[name]
    scope = get_scope(site)
    placed = [kind for kind in PAGES if kind.menu and getattr(kind.menu, where)]
    menu = {kind.url for kind in placed if kind.exists(scope)}
    others = {f"boards/{board}/" for board in site.config.site.boards}
    others |= {linked.page.url for linked in site.pages} | {"./", "", "reports/#part:boards"}
    root = parsed((output / "index.html").read_bytes())
    links = {link.get("href", "") for link in root.iterfind(f".//{where}//nav//a")}
    # Where mistakes are reported is not a page.
    assert {url for url in links if not url.startswith(("mailto:", "https:"))} - others == menu
    for url in menu:
        page = parsed((output / url / "index.html").read_bytes())
        current = page.findall(f".//{where}//nav//a[@aria-current='page']")
        assert current, url


def test_authors_can_link_to_what_is_declared_so(
    planned: Mapping[str, PlannedSite], tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    shutil.copytree(TESTS / "site", folder)
    urls = sorted(set(list_linkable_urls(get_scope(planned["site"].site))))
    links = [f"- [To the address {place}](/{url})" for place, url in enumerate(urls)]
    source = "---\ntitle: Links\n---\n" + "\n".join(links) + "\n"
    (folder / "pages" / "links.md").write_text(source, "utf-8")
    output = build(folder, tmp_path / "output").output
    page = parsed((output / "links" / "index.html").read_bytes())
    found = {link.get("href") for link in page.iterfind(".//main//a")}
    assert found >= {f"../{url}" for url in urls}
    assert {"search/", "asks/feed.xml", "glossary/"} <= set(urls)
