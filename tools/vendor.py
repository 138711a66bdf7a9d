"""Renew the scripts of the form for editing in a browser, and a font, from their npm packages.

``python -m tools.vendor`` downloads the pinned versions with ``npm pack``, which asks the registry
that npm's own settings name, writes the files into ``lscbsite/cms/files/`` and the like, and their digests
into ``vendored.json`` there. To take a newer version, change it here, run this, and then the tests in
``tests/browser/test_cms.py`` and ``tests/pages/test_sharing.py``.
"""

import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

_PROGRAM = Path(__file__).parents[1] / "lscbsite"
FILES = _PROGRAM / "cms" / "files"
# Words in the names of package indexes, which no file of this repository may contain, this one included.
FORBIDDEN = re.compile(rb"\b(?:npm[j]s|py[p]i|python[h]osted|yarn[p]kg)\b")


class Package(NamedTuple):
    """An npm package: its pinned version, and which of its files become which of ours.

    A member's name can have a wildcard for the hash in it. ``licences`` are members, or texts.
    ``changes`` are patterns in scripts, with what takes their place; each must match. ``folder`` is
    where the files go.
    """

    name: str
    version: str
    files: dict[str, str]
    licence: str
    licences: tuple[str, ...]
    changes: tuple[tuple[str, str], ...] = ()
    folder: Path = FILES


_DECAP_LICENCE = """\
Copyright (c) 2016 Netlify <decap@p-m.si>

MIT License

Permission is hereby granted, free of charge, to any person obtaining
a copy of this software and associated documentation files (the
"Software"), to deal in the Software without restriction, including
without limitation the rights to use, copy, modify, merge, publish,
distribute, sublicense, and/or sell copies of the Software, and to
permit persons to whom the Software is furnished to do so, subject to
the following conditions:

The above copyright notice and this permission notice shall be
included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND,
EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE
LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION
OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION
WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
# The languages of the program's own words. The script has that of the United States in it.
_LANGUAGES = ("de", "en-GB")
_FONTS = ("material-symbols-outlined", "noto-mono", "source-sans-3")
PACKAGES = (
    Package(
        "@sveltia/cms",
        "0.221.1",
        {
            "dist/sveltia-cms.js": "sveltia-cms.js",
            **{f"npm/assets/{font}-latin-*.woff2": f"{font}.woff2" for font in _FONTS},
            **{f"locales/{name}.json": f"sveltia-cms.{name}.json" for name in _LANGUAGES},
        },
        "sveltia-cms.LICENSE.txt",
        ("LICENSE.txt", *(f"npm/assets/{font}.LICENSE.txt" for font in _FONTS)),
        (
            # The package has the fonts, but its script for pages without a bundler asks a CDN.
            *(
                (rf"https://cdn\.[a-z.]+/fontsource/fonts/{font}[:@][^)]*\.woff2", f"{font}.woff2")
                for font in _FONTS
            ),
            # The same for words in other languages; it has those of the languages above.
            (r"`ar,bg,[A-Za-z,-]+,en-US,[A-Za-z,-]+`", f"`{','.join((*_LANGUAGES, 'en-US'))}`"),
            (r"`\$\{\w+\}@\$\{\w+\}/locales`(?=,)", "`sveltia-cms`"),
            (r"fetch\(`\$\{(\w+)\}/\$\{(\w+)\}\.json`", r"fetch(`${\1}.${\2}.json`"),
            # The site's author decides when to take a newer version.
            (
                r"fetch\(([A-Za-z_$]+)\)(?=;if\(!\w+\.ok\)return;let\{version:)",
                r"Promise.resolve({ok:!1})",
            ),
        ),
    ),
    Package(
        "decap-cms",
        "3.16.3",
        {"dist/decap-cms.js": "decap-cms.js"},
        "decap-cms.LICENSE.txt",
        (_DECAP_LICENCE, "dist/decap-cms.js.LICENSE.txt"),
    ),
    Package(
        "js-yaml",
        "5.5.0",
        {"dist/browser/js-yaml.umd.min.js": "js-yaml.js"},
        "js-yaml.LICENSE.txt",
        ("LICENSE",),
    ),
    Package(
        "inter-ui",
        "4.1.1",
        {"web/Inter-Bold.woff2": "inter-bold.woff2"},
        "inter-bold.LICENSE.txt",
        ("LICENSE.txt",),
        folder=_PROGRAM / "pictures" / "files",
    ),
)


class VendoringError(Exception):
    """A package is not as this program knows it."""


def main() -> None:
    """Download the packages, and write their files and the lists of digests."""
    records: dict[Path, dict[str, dict[str, str]]] = defaultdict(dict)
    for package in PACKAGES:
        with tempfile.TemporaryDirectory() as folder:
            members = _download(package, Path(folder))
        recorded = records[package.folder]
        for pattern, name in package.files.items():
            data = _find(members, pattern)
            if name.endswith(".js"):
                data = _change(data, package.changes)
            recorded[name] = _write(name, data, package)
        texts = [_read_licence(members, licence) for licence in package.licences]
        data = "\n\n----\n\n".join(text.strip() for text in texts).encode() + b"\n"
        recorded[package.licence] = _write(package.licence, data, package)
    for target, recorded in records.items():
        text = json.dumps(dict(sorted(recorded.items())), indent=2)
        (target / "vendored.json").write_text(f"{text}\n", "utf-8")


def _download(package: Package, folder: Path) -> dict[str, bytes]:
    command = ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 (no text of others)
    [archive] = folder.glob("*.tgz")
    members = {}
    with tarfile.open(archive) as opened:
        for member in opened:
            if member.isfile() and (file := opened.extractfile(member)):
                members[member.name.removeprefix("package/")] = file.read()
    return members


def _find(members: dict[str, bytes], pattern: str) -> bytes:
    found = [name for name in members if Path(name).match(pattern)]
    if len(found) != 1:
        raise VendoringError(f"{pattern}: {len(found)} files")
    return members[found[0]]


def _read_licence(members: dict[str, bytes], licence: str) -> str:
    return licence if "\n" in licence else members[licence].decode()


def _change(data: bytes, changes: tuple[tuple[str, str], ...]) -> bytes:
    """Return a script with the changes, and without a reference to a source map that is not there."""
    text = data.decode()
    for pattern, replacement in changes:
        text, count = re.subn(pattern, replacement, text)
        if not count:
            raise VendoringError(f"nothing matches {pattern}")
    return re.sub(r"\n//# sourceMappingURL=\S+\s*$", "\n", text).encode()


def _write(name: str, data: bytes, package: Package) -> dict[str, str]:
    if found := FORBIDDEN.search(data):
        raise VendoringError(f"{name} names a package index: {found[0].decode()}")
    (package.folder / name).write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    return {"package": package.name, "version": package.version, "sha256": digest}


if __name__ == "__main__":
    main()
