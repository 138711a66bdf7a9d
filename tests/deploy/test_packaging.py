"""Test the package as a user gets it: installed in one place, run in another."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT, Project, tree

from lscbsite import __version__
from lscbsite.scaffold.program import REPOSITORY


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    subprocess.run(
        [*command, "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)],
        check=True,
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    return next(folder.glob("lscbsite-*.whl"))


def test_the_installed_package_builds_with_its_own_templates(
    wheel: Path, project: Project, tmp_path: Path
) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {name for name in names if name.startswith("lscbsite/templates/")}
    assert shipped == {f"lscbsite/templates/{path.name}" for path in (ROOT / "templates").iterdir()}
    assert "lscbsite/deploy/post-receive" in names
    form = {f"lscbsite/cms/files/{path.name}" for path in (ROOT / "lscbsite/cms/files").iterdir()}
    assert form <= set(names)
    # The generator of the reference pages is for maintainers only.
    assert not any("reference" in Path(name).stem and name.count("/") == 1 for name in names)
    assert not any(
        name.startswith(("tests/", "tools/", "benchmarks/", "reports/", "output/"))
        for name in names
    )

    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    project.report("2012-11-13", body="## One\n\nText.\n")
    result = subprocess.run(
        [sys.executable, "-m", "lscbsite", "build", "--today", "2013-03-01", "--output", "other"],
        cwd=project.folder,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert tree(project.folder / "other") == tree(project.built())


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("https://git.example/fork/lscbsite", f"https://git.example/fork/lscbsite@{'1' * 40}"),
        ("https://user:secret@git.example/fork", f"{REPOSITORY}@v{__version__}"),
        ("ssh://git@git.example/fork", f"{REPOSITORY}@v{__version__}"),
        ("", f"{REPOSITORY}@v{__version__}"),
    ],
)
def test_a_site_that_the_installed_package_begins_names_the_same_program(
    wheel: Path, tmp_path: Path, address: str, named: str
) -> None:
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    if address:
        # As pip writes it (PEP 610).
        [info] = installed.glob("lscbsite-*.dist-info")
        origin = {"url": address, "vcs_info": {"vcs": "git", "commit_id": "1" * 40}}
        (info / "direct_url.json").write_text(json.dumps(origin))
    result = subprocess.run(
        [sys.executable, "-m", "lscbsite", "init", "site", "--host", "github"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert ("exact version of the program is unknown" in result.stdout) == ("@v" in named)
    requirements = (tmp_path / "site/requirements-lscbsite.txt").read_text("utf-8")
    assert requirements.endswith(f"\nlscbsite @ git+{named}\n")
    locked = (ROOT / "requirements/site.txt").read_text("utf-8")
    assert (tmp_path / "site/requirements.txt").read_text("utf-8").endswith(locked)
