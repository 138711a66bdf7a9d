"""Test that the other generators' benchmark sites are as complete as ours.

``make test-long`` installs each generator, builds thirty reports and looks at the output, as
``make bench`` does before it measures. So a change of our pages, of the check or of a generator is
noticed before somebody measures.
"""

import sys
from pathlib import Path

import pytest
from conftest import HUNT, ROOT

from benchmarks.check import faults
from benchmarks.corpus import Corpus
from benchmarks.measure import run
from benchmarks.peers import NotAvailableError, install, peers

CORPUS = Corpus(30)
PEERS = list(peers((sys.executable, "-m", "lscbsite")))
TOOLS = sorted({peer.tool for peer in PEERS})


@pytest.mark.skipif(HUNT == 1, reason="installs other generators: make test-long")
@pytest.mark.parametrize("tool", TOOLS)
def test_every_generator_builds_a_complete_site(
    tool: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        install(tool)
    except NotAvailableError as error:
        pytest.skip(str(error))
    monkeypatch.setenv("PYTHONPATH", str(ROOT) if tool == "lscbsite" else "")
    for peer in [peer for peer in PEERS if peer.tool == tool]:
        folder = tmp_path / peer.folder
        peer.lay_out(CORPUS, folder)
        run(peer.command, folder)
        assert faults(folder / peer.output, CORPUS.reports()) == [], peer.name


@pytest.mark.skipif(HUNT == 1, reason="installs: make test-long")
def test_a_generator_that_cannot_be_installed_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setattr("benchmarks.peers.CACHE", tmp_path / "cache")
    with pytest.raises(NotAvailableError, match="mkdocs is left out"):
        install("mkdocs")
    assert not (tmp_path / "cache/mkdocs/stamp").exists()
