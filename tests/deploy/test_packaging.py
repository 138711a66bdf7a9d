"""Test the package as a user gets it: installed in one place, run in another."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT, Project, tree


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """The wheel of this checkout."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    subprocess.run(
        [*command, "--no-build-isolation", "--wheel-dir", str(tmp_path), str(ROOT)],
        check=True,
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    return next(tmp_path.glob("lscbsite-*.whl"))


def test_the_installed_package_builds_with_its_own_templates(
    wheel: Path, project: Project, tmp_path: Path
) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {name for name in names if name.startswith("lscbsite/templates/")}
    assert shipped == {f"lscbsite/templates/{path.name}" for path in (ROOT / "templates").iterdir()}
    assert "lscbsite/deploy/post-receive" in names
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
