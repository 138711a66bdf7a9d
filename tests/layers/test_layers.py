"""Test the import law from the syntax tree, deferred imports included."""

import ast
import re
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import lscbsite

PACKAGE = Path(lscbsite.__file__).parent

# From the bottom up. A module imports only from lower layers, or along a pair of SAME_LAYER.
LAYERS = (
    {"addresses", "contrast", "dates", "i18n", "progress", "rules", "stopping"},
    {"problems"},
    {"process_pool", "problem_formats", "text"},
    {"workers"},
    {"model"},
    {"active_content", "file_names", "ledger_file", "pictures", "source_files"},
    {"hidden_data", "misplaced_files"},
    {"incremental"},
    {"context"},
    {"markup", "site_templates", "theme"},
    {"parsing"},
    {"config", "form_files", "json_schema"},
    {"scan", "index", "lint", "write", "outputs"},
    {"plan", "removal", "render"},
    {"build"},
    {
        "cms",
        "deploy",
        "progress_bar",
        "dask_executor",
        "external_links",
        "rename",
        "scaffold",
        "serve",
    },
    {"console"},
    {"cli"},
    {"__main__"},
)
# Only one module each may know these libraries.
SOLE_IMPORTERS = {
    "markdown": {"markup"},
    "comrak": {"markup"},
    "nh3": {"markup"},
    "yaml": {"parsing"},
    "frontmatter": {"parsing"},
    "jinja2": {"theme"},
    "feedgen": {"outputs"},
    "icalendar": {"outputs"},
    "pagefind": {"outputs"},
    "babel": {"dates"},
    "dateutil": {"dates"},
    "click": {"cli", "console"},
    "sqlite3": {"incremental"},
    "PIL": {"pictures"},
    "rich": {"progress_bar"},
    "distributed": {"dask_executor"},
    "starlette": {"serve"},
    "uvicorn": {"serve"},
    "watchfiles": {"serve"},
}


def unit(path: Path) -> str:
    """Return the module or package that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def imports(path: Path) -> set[str]:
    """Return the dotted names that a file imports, at any depth."""
    found = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in {path}"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


FILES = [path for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_import_only_from_lower_layers(path: Path) -> None:
    own = unit(path)
    height = next(place for place, layer in enumerate(LAYERS) if own in layer)
    lower = set().union(*LAYERS[:height]) | {own}
    for name in imports(path):
        top, _, rest = name.partition(".")
        if top == "lscbsite" and (used := rest.partition(".")[0]) != "__version__":
            assert used in lower, f"{own} imports {used}"


def test_modules_import_without_cycles() -> None:
    modules = {
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(
            ".__init__"
        ): path
        for path in FILES
    }
    graph = {
        module: {
            used
            for name in imports(path)
            if (used := name if name in modules else name.rpartition(".")[0]) in modules
        }
        for module, path in modules.items()
    }
    TopologicalSorter(graph).prepare()  # raises CycleError


@pytest.mark.parametrize("library", SOLE_IMPORTERS)
def test_a_library_has_one_importer(library: str) -> None:
    users = {
        unit(path)
        for path in FILES
        if any(name.partition(".")[0] == library for name in imports(path))
    }
    assert users == SOLE_IMPORTERS[library]


def test_nobody_but_the_command_line_prints_or_exits() -> None:
    for path in FILES:
        if unit(path) == "cli":
            continue
        calls = {
            node.func.id
            for node in ast.walk(ast.parse(path.read_bytes()))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert not calls & {"print", "exit", "quit"}, path


def test_no_test_patches_what_is_private() -> None:
    """Anything that tests need is public and documented, so that it is not lost."""
    for path in sorted(Path(__file__).parents[1].rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            match node:
                case ast.Call(func=ast.Attribute(attr="setattr" | "setitem"), args=[*arguments]):
                    names = [one.value for one in arguments if isinstance(one, ast.Constant)]
                    for name in (name for name in names if isinstance(name, str)):
                        last = name.rpartition(".")[2]
                        assert not re.match(r"_(?!_)", last), f"{path}:{node.lineno}: {name}"
