"""Test the site's folder: only plain files are read, and no attachment can run."""

import base64
import os
import socket
import stat
import unicodedata
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import Result
from conftest import ROOT, Project
from hypothesis import given
from hypothesis import strategies as st

from lscbsite import scan, source_files
from lscbsite.active_content import judge
from lscbsite.problem_formats import format_problems
from lscbsite.problems import Problem, Problems, RefusedError
from lscbsite.source_files import make_name_key

SVG = 'xmlns="http://www.w3.org/2000/svg"'
XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
STOPPED = "Nothing was written. Correct the errors above, then try again."


def lines(result: Result) -> list[str]:
    """Return the problems that a build reported, without the last line."""
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.stderr
    return [line for line in result.stderr.splitlines() if line != STOPPED]


def refused(project: Project, path: str, code: str = "F004") -> str:
    """Build a site with one fault; return what was found there."""
    (line,) = lines(project.build())
    start = f"{path}:1:1: error {code}: found "
    assert line.startswith(start), line
    assert not project.output.exists() or not list(project.output.iterdir())
    return line.removeprefix(start)


def link(project: Project, path: str, target: str) -> None:
    """Create a symbolic link, if the system allows it."""
    place = project.folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        place.symlink_to(target)
    except OSError:
        pytest.skip("no symbolic links here")


def is_active(path: str, data: bytes = b"x") -> bool:
    return bool(judge(path, BytesIO(data)).found)


# --- attachments that can be run --------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *("a.html", "a.HTM", "a.xhtml", "a.xht", "a.mht", "a.mhtml", "a.xml", "a.xsl", "a.rdf"),
        *("a.svgz", "a.svg.gz", "a.js", "a.mjs", "a.wasm", "a.swf", "a.hta", "a.htc", "a.shtml"),
        *("a.php", "a.PhP", "a.php8", "a.phtml", "a.phar", "a.cgi", "a.pl", "a.py", "a.asp"),
        *("a.aspx", "a.jsp", "a.cfm", "web.config", "Web.Config"),
        *("form.php.pdf", "form.PHP.pdf", "form.cgi.txt", "x.asp;.jpg", "a.php.", "a.php. "),
        *("a.html.en", "a.html.gz", "a.html.unheard", "chart.js.map", "a.html."),
    ],
)
def test_a_file_that_a_browser_or_server_runs_is_reported_by_its_name(name: str) -> None:
    assert is_active(f"files/{name}")


@pytest.mark.parametrize(
    "name",
    [
        *("a.pdf", "a.PDF", "a.docx", "a.xlsx", "a.odt", "a.csv", "a.txt", "a.png", "a.zip"),
        *("a.css", "a.json", "a.md", "a.ics", "a.mp3", "a.html.pdf", "leaflet.pl.pdf", "php.pdf"),
        *("Minutes of 3. May.pdf", "README", "html", "js", "a", "pl.txt", "an.htmlike.pdf"),
        *("html/a.pdf", "minutes.html/a.pdf", "a.php/b.txt"),
    ],
)
def test_other_files_are_attachments(name: str) -> None:
    assert not is_active(f"files/{name}")


@pytest.mark.parametrize(
    "start",
    [
        *(b"<!DOCTYPE html>", b"<html>", b"<HTML lang=en>", b"<script>", b"<?xml version='1.0'?>"),
        *(b"<svg xmlns='x'>", b"<!-- a --><p>", b"<p>", b"<a href=x>", b"<body\n>", b"<h1>"),
        # Unknown to browsers, but a server may serve the first as XML, and Firefox takes the others.
        *(b'<x><script xmlns="http://www.w3.org/1999/xhtml">', b"<!x><script>", b"<?x ?><script>"),
        *(b" \t\r\n\x0c<html>", b"\xef\xbb\xbf<html>", b"\xef\xbb\xbf\n <script>"),
        *("\ufeff<html>".encode("utf-16-le"), "\ufeff\n<script>".encode("utf-16-be")),
    ],
)
def test_a_file_whose_name_says_nothing_is_reported_by_its_beginning(start: bytes) -> None:
    for name in ("scan", "scan.unheard", "scan.docx", "scan.rng", "scan.dtd"):
        assert is_active(f"files/{name}", start), name
    for name in ("scan.txt", "scan.pdf", "scan.png", "scan.csv"):
        assert not is_active(f"files/{name}", start), name


@pytest.mark.parametrize(
    "start", [b"", b"PK\x03\x04", b"%PDF-1.7", b"text <html>", b"<", b"< 5", b"<5>", b"\xff"]
)
def test_what_no_browser_takes_for_a_page_is_not_refused(start: bytes) -> None:
    assert not is_active("files/scan", start)


def test_of_a_file_that_says_nothing_only_the_beginning_is_read() -> None:
    file = BytesIO(b"text" * 1_000_000)
    judge("files/scan", file)
    assert file.tell() <= 4096
    file.seek(0)
    judge("files/scan.pdf", file)
    assert file.tell() == 0


# --- SVG --------------------------------------------------------------------------------------

INKSCAPE = f"""\
<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!-- Created with Inkscape (http://www.inkscape.org/) -->
<svg width="210mm" viewBox="0 0 210 297" version="1.1" id="svg5"
   inkscape:version="1.2.2" sodipodi:docname="a.svg"
   xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
   xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"
   {SVG} {XLINK} xmlns:svg="http://www.w3.org/2000/svg"
   xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
   xmlns:cc="http://creativecommons.org/ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">
  <sodipodi:namedview id="namedview7" inkscape:pageopacity="0.0" />
  <metadata><rdf:RDF><cc:Work rdf:about=""><dc:format>image/svg+xml</dc:format>
  <dc:type rdf:resource="http://purl.org/dc/dcmitype/StillImage"/></cc:Work></rdf:RDF></metadata>
  <defs><linearGradient id="g"><stop offset="0"/></linearGradient>
  <linearGradient xlink:href="#g" id="h"/></defs>
  <style>.a {{ fill: url(#g) }}</style>
  <g inkscape:label="Layer 1" inkscape:groupmode="layer"><path class="a" d="M 0,0 1,1"/></g>
  <image xlink:href="data:image/png;base64,iVBORw0KGgo="/>
  <a xlink:href="https://example.org/?a=1&amp;b=javascript:"><text>A link</text></a>
</svg>
"""
ILLUSTRATOR = f"""\
<?xml version="1.0" encoding="utf-8"?>
<!-- Generator: Adobe Illustrator 24.0.1, SVG Export Plug-In . SVG Version: 6.00 Build 0)  -->
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg version="1.1" id="Layer_1" {SVG} {XLINK} x="0px" y="0px" xml:space="preserve">
<style type="text/css"><![CDATA[ .st0{{fill:#FFFFFF;}} ]]></style>
<switch><g i:extraneous="self" xmlns:i="http://ns.adobe.com/AdobeIllustrator/10.0/">
<rect class="st0" width="1" height="1"/></g></switch>
</svg>
"""
DRAWIO = f"""\
<svg {SVG} {XLINK} version="1.1" width="121px" viewBox="-0.5 -0.5 121 61"
 content="&lt;mxfile host=&quot;app.diagrams.net&quot;&gt;&lt;diagram&gt;javascript:&lt;/diagram&gt;&lt;/mxfile&gt;">
<defs/><g><rect x="0" y="0" width="120" height="60" fill="#ffffff" pointer-events="all"/>
<image width="9" xlink:href="data:image/svg+xml;base64,PHN2Zy8+" preserveAspectRatio="none"/>
<g transform="translate(-0.5 -0.5)"><switch><text x="60" y="34" font-size="12px">Board</text>
</switch></g></g></svg>
"""


@pytest.mark.parametrize(
    "picture",
    [
        *(INKSCAPE, ILLUSTRATOR, DRAWIO),
        *(f"<svg {SVG}/>", "<svg/>", f"<!DOCTYPE svg>\n<svg {SVG}/>", f"\ufeff<svg {SVG}/>"),
        '<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:g/></s:svg>',
        f'<svg {SVG}><animate attributeName="opacity" values="0;1" from="0" to="1"/></svg>',
        f'<svg {SVG} aria-label="On JavaScript"><title>onclick javascript:</title></svg>',
    ],
)
def test_the_pictures_of_drawing_programs_are_attachments(picture: str) -> None:
    verdict = judge("files/a.svg", BytesIO(picture.encode()))
    assert verdict.found == ""


def test_the_pictures_of_this_repository_are_attachments() -> None:
    top = ROOT
    pictures = [*top.glob("docs/*.svg"), *top.glob("tests/site/files/*.svg")]
    assert len(pictures) >= 2
    for place in pictures:
        with place.open("rb") as file:
            assert judge(f"files/{place.name}", file).found == ""


HTML_DATA = base64.b64encode(b"<script>alert(1)</script>").decode()
XHTML = 'xmlns:h="http://www.w3.org/1999/xhtml"'


@pytest.mark.parametrize(
    "inside",
    [
        *("<script>a()</script>", "<SCRIPT/>", '<x:script xmlns:x="urn:x"/>', '<script href="x"/>'),
        *("<handler/>", "<listener/>", "<foreignObject/>", "<foreignobject/>", "<iframe/>"),
        *("<embed/>", "<object/>", f"<h:p {XHTML}/>", f"<h:script {XHTML}/>", f"<h:img {XHTML}/>"),
        *('<g onload="a()"/>', '<g OnClick="a()"/>', '<g onfocusin=""/>', '<set onbegin="a()"/>'),
        *('<a href="javascript:a()"/>', '<a href=" JavaScript:a()"/>', '<a href="vbscript:a"/>'),
        *(
            '<a href="java&#10;script:a()"/>',
            '<a href="&#1;javascript:a()"/>'.replace("&#1;", "\t"),
        ),
        *('<a href="java&#x200b;script:a()"/>', '<a xml:base="javascript:a()"/>'),
        f'<a {XLINK} xlink:href="javascript:a()"/>',
        *('<set attributeName="href" to="javascript:a()"/>', '<set attributeName="onclick"/>'),
        '<animate attributeName="href" values="#a;javascript:a();#b"/>',
        *('<animate from="javascript:a()"/>', '<animate by=" java\tscript:a()"/>'),
        f'<a href="data:text/html;base64,{HTML_DATA}"/>',
        *('<a href="data:image/svg+xml,x"/>', '<use href="data:image/svg+xml;base64,x#a"/>'),
        *('<a href="data:application/xhtml+xml,x"/>', '<a href="DATA:text/xml,x"/>'),
        *('<image href="javascript:a()"/>', '<image href="data:text/html,x"/>'),
        *('<?xml-stylesheet href="a.xsl"?>', "<g>", "&nbsp;", "&undeclared;", "<g a='1' a='2'/>"),
    ],
)
def test_a_picture_that_could_run_something_is_not(inside: str) -> None:
    picture = f"<svg {SVG}>\n{inside}</svg>"
    verdict = judge("files/a.SVG", BytesIO(picture.encode()))
    assert verdict.found
    assert verdict.line == 2


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        b"GIF89a",
        b"<html/>",
        b'<?xml-stylesheet href="a.xsl"?><svg/>',
        b"<!DOCTYPE svg [<!ENTITY a 'b'>]><svg>&a;</svg>",
        b"<!DOCTYPE svg [<!ATTLIST svg onload CDATA 'a()'>]><svg/>",
        b"<!DOCTYPE svg []><svg/>",
        b"<!DOCTYPE html><svg/>",
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD XHTML 1.0//EN" "x"><svg a="javascript&colon;a()"/>',
        b"<?xml version='1.0' encoding='cp037'?><svg/>",
        b"<?xml version='1.0' encoding='utf-7'?><svg>+ADw-script+AD4-</svg>",
        b"<?xml version='1.0' encoding='nonsense'?><svg/>",
        b"<svg/><script/>",
        b"<svg>\xff</svg>",
        "<svg><script/></svg>".encode("utf-16"),
    ],
)
def test_a_picture_that_is_not_plain_svg_is_refused(picture: bytes) -> None:
    assert is_active("files/a.svg", picture)


def test_a_script_at_the_end_of_a_large_picture_is_found() -> None:
    class Counted(BytesIO):
        largest = 0

        def read(self, size: int | None = -1) -> bytes:
            assert size is not None
            assert size > 0, "it is read in pieces"
            Counted.largest = max(Counted.largest, size)
            return super().read(size)

    data = f"<svg {SVG}>{'<g/>' * 500_000}".encode()
    assert judge("files/a.svg", Counted(data + b"<script/></svg>")).found
    assert not judge("files/a.svg", Counted(data + b"</svg>")).found
    assert Counted.largest < len(data) / 4


@given(st.binary(max_size=200), st.sampled_from(["a.svg", "a", "a.x"]))
def test_whatever_is_in_a_file_there_is_a_verdict(data: bytes, name: str) -> None:
    judge(f"files/{name}", BytesIO(data))
    judge(f"files/{name}", BytesIO(b"<svg>" + data + b"</svg>"))


# --- what the author is told, and what a site allows ------------------------------------------


def allow(project: Project, *names: str) -> None:
    listed = ", ".join(f'"{name}"' for name in names)
    project.write(
        "site.yaml",
        f"title: T\nbase_url: https://example.org/a/\nsearch: false\nactive_files: [{listed}]\n",
    )


def test_what_the_site_allows_by_name_is_published(project: Project) -> None:
    project.report("2012-11-13")
    project.write("files/map.html", "<script>a()</script>")
    project.write("files/old/map.html", "<script>a()</script>")
    allow(project, "files/map.html")
    (line,) = lines(project.build())
    assert line.startswith("files/old/map.html:1:1: error F008: ")
    allow(project, "files/map.html", "files/old/map.html")
    project.publish()
    folder = project.built()
    assert (folder / "files/map.html").read_text() == "<script>a()</script>"
    allow(project, "files/map.html")
    assert "files/old/map.html:1:1: error F008: " in project.build().stderr


@pytest.mark.parametrize("name", ["files/Map.html", "map.html", "./files/map.html", "files/"])
def test_a_file_is_allowed_by_its_exact_path(name: str, project: Project) -> None:
    project.report("2012-11-13")
    project.write("files/map.html", "<script>a()</script>")
    allow(project, name)
    codes = [line.split()[2] for line in lines(project.build())]
    assert codes == ["F008:", "S013:"]


def test_the_logo_is_checked_like_any_attachment(project: Project) -> None:
    project.report("2012-11-13")
    project.write("site.yaml", "title: T\nbase_url: https://example.org/\nlogo: files/logo.svg\n")
    project.write("files/logo.svg", f"<svg {SVG}>\n\n  <script/></svg>")
    (line,) = lines(project.build())
    assert line.startswith("files/logo.svg:3:3: error F008: found an SVG picture with a script;")


def test_a_logo_that_is_hidden_is_not_published_and_so_not_there(project: Project) -> None:
    project.report("2012-11-13")
    project.write("site.yaml", "title: T\nbase_url: https://example.org/\nlogo: files/.a/b.png\n")
    project.write("files/.a/b.png", "x")
    (line,) = lines(project.build())
    assert line.startswith("site.yaml:3:7: error S005: ")


# --- an attachment is looked through once -----------------------------------------------------


@pytest.fixture
def looked_through(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Record the paths of the attachments that were checked."""
    seen: list[str] = []

    def look(path: str, file: BytesIO) -> object:
        seen.append(path)
        return judge(path, file)

    monkeypatch.setattr(scan, "judge", look)
    return seen


def age(project: Project) -> None:
    """Make the files of a site older than any error of a clock."""
    for place in project.folder.glob("files/*"):
        os.utime(place, ns=(10**18, 10**18))


def test_an_attachment_is_checked_when_its_contents_are_new(
    project: Project, looked_through: list[str]
) -> None:
    project.report("2012-11-13")
    for name in ("a.svg", "b.svg", "c"):
        project.write(f"files/{name}", f"<svg {SVG}/>" if "." in name else "text")
    project.built()
    assert sorted(looked_through) == ["files/a.svg", "files/b.svg", "files/c"]

    for change in (lambda: None, lambda: age(project), lambda: project.report("2012-12-04")):
        looked_through.clear()
        change()
        project.built()
        assert looked_through == []

    project.write("files/b.svg", f"<svg {SVG}><script/></svg>")
    for _ in range(2):
        looked_through.clear()
        assert project.build().exit_code == 1
    assert looked_through == [], "what was refused is remembered, too"
    project.write("files/b.svg", f"<svg {SVG}><g/></svg>")
    project.built()
    assert looked_through == ["files/b.svg"]


def test_verdicts_by_other_rules_are_not_taken(
    project: Project, looked_through: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project.report("2012-11-13")
    project.write("files/a.svg", f"<svg {SVG}/>")
    project.built()
    looked_through.clear()
    monkeypatch.setattr(scan, "digest_rules", lambda: b"other")
    project.built()
    assert looked_through == ["files/a.svg"]


# --- what is no plain file --------------------------------------------------------------------


def pipe(place: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes here")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    os.mkfifo(place)


PLACES = [
    *("reports/2012-11-13.md", "pages/about.md", "files/plan.pdf", "templates/home.html"),
    *("site.yaml", "topics.yaml", "glossary.yaml", "people.yaml", "meetings.yaml"),
]


@pytest.fixture
def timely() -> Iterator[None]:
    """Stop a build that waits for a pipe into which nobody writes."""
    import signal

    def stop(*_: object) -> None:
        raise TimeoutError("the build waits for a pipe")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(300)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.usefixtures("timely")
@pytest.mark.parametrize("path", PLACES)
def test_a_named_pipe_is_refused_and_not_read(path: str, project: Project) -> None:
    pipe(project.folder / path)
    for arguments in ((), ("--no-cache",), ("--format", "github")):
        (line,) = [one for one in project.build(*arguments).stderr.splitlines() if one != STOPPED]
        assert "found a named pipe where a file belongs; expected a plain file." in line
        assert "F004" in line


@pytest.mark.usefixtures("timely")
@pytest.mark.parametrize("path", PLACES)
def test_a_link_to_a_named_pipe_is_refused(path: str, project: Project) -> None:
    target = "files/pipe.pdf" if path.startswith("files/") else "pipe"
    pipe(project.folder / target)
    (project.folder / path).unlink(missing_ok=True)
    link(project, path, os.path.relpath(target, Path(path).parent))
    found = [line for line in lines(project.build()) if line.startswith(f"{path}:1:1: error F004")]
    assert len(found) == 1
    assert "a named pipe where a file belongs" in found[0]


@pytest.mark.usefixtures("timely")
def test_a_pipe_in_place_of_a_known_file_is_refused(project: Project) -> None:
    for path in ("reports/2012-11-13.md", "files/a.pdf", "topics.yaml"):
        project.report("2012-11-13")
        project.write("files/a.pdf", "x")
        project.write("topics.yaml", "budget: {name: Budget}")
        project.built()
        pipe(project.folder / path)
        (line,) = lines(project.build())
        assert line.startswith(f"{path}:1:1: error F004: found a named pipe")
        (project.folder / path).unlink()


@pytest.mark.usefixtures("timely")
def test_the_command_line_shows_no_line_of_a_pipe(project: Project) -> None:
    found = Problems()
    found.add(Problem("files/a", 1, 1, "F004", "x", "y"))

    def source(path: str) -> str:
        raise AssertionError(path)

    assert format_problems(found, "text", source=source) == (
        "files/a:1:1: error F004: found x; expected y.\n"
    )


def test_a_socket_is_refused(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.report("2012-11-13")
    (project.folder / "files").mkdir()
    monkeypatch.chdir(project.folder / "files")  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind("s")
        assert refused(project, "files/s").startswith("a socket where a file belongs;")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs the superuser")
def test_a_device_is_refused(project: Project) -> None:
    project.report("2012-11-13")
    (project.folder / "files").mkdir()
    try:
        os.mknod(project.folder / "files/zero", stat.S_IFCHR | 0o666, os.makedev(1, 5))
    except OSError:
        pytest.skip("no devices can be made here")
    assert refused(project, "files/zero").startswith("a device where a file belongs;")


@pytest.mark.usefixtures("timely")
def test_a_pipe_that_takes_the_place_of_a_file_while_it_is_opened(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("files/a.pdf", "x")
    really_open = os.open

    def exchange(place: str, flags: int) -> int:
        pipe(Path(place))
        return really_open(place, flags)

    monkeypatch.setattr(os, "open", exchange)
    with pytest.raises(RefusedError) as raised:
        source_files.read_file(project.folder, "files/a.pdf")
    assert raised.value.problem.found == "a named pipe where a file belongs"


def test_a_link_that_takes_the_place_of_a_file_while_it_is_opened(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("files/a.pdf", "x")
    (tmp_path / "secret").write_text("secret")
    really_open = os.open

    def exchange(place: str, flags: int) -> int:
        Path(place).unlink()
        Path(place).symlink_to(tmp_path / "secret")
        return really_open(place, flags)

    monkeypatch.setattr(os, "open", exchange)
    with pytest.raises(RefusedError):
        source_files.read_file(project.folder, "files/a.pdf")


@pytest.mark.parametrize("folder", ["reports", "pages", "files", "templates"])
def test_a_file_where_a_folder_belongs_is_reported(folder: str, project: Project) -> None:
    project.write(folder, "x")
    assert refused(project, folder).startswith("something else where a folder belongs;")


# --- links ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PLACES)
def test_a_link_in_a_circle_is_reported(path: str, project: Project) -> None:
    (project.folder / path).unlink(missing_ok=True)
    link(project, path, Path(path).name)
    assert refused(project, path).startswith("a link that leads in a circle; expected a file.")


@pytest.mark.parametrize("folder", ["reports", "pages", "files", "templates"])
def test_a_folder_that_is_a_link_in_a_circle_is_reported(folder: str, project: Project) -> None:
    link(project, folder, "round")
    link(project, "round", folder)
    assert refused(project, folder).startswith("a link that leads in a circle;")


def test_a_folder_that_holds_a_link_to_itself_is_not_walked_for_ever(project: Project) -> None:
    project.report("2012-11-13")
    link(project, "files/again", ".")
    assert refused(project, "files/again").startswith("a link to a folder,")


HIDDEN = "a link to a hidden file or folder (its name begins with a dot);"


@pytest.mark.parametrize(
    ("path", "target", "found"),
    [
        *(
            (path, target, HIDDEN)
            for path in ("files/a.txt", "reports/2012-11-13.md", "pages/a.md", "templates/a.html")
            for target in (".env", ".git/config", ".lscbsite/x", "files/.draft/a", "reports/.a.md")
        ),
        ("topics.yaml", ".env", HIDDEN),
        ("site.yaml", ".git/config", HIDDEN),
        *(
            ("files/a.txt", target, "a link to something that is not in the folder files;")
            for target in ("reports/2012-12-04.md", "people.yaml", "texts/a", "filesystem/a")
        ),
        *(
            (path, target, "a link into the folder that the site is built into;")
            for path in ("files/a.txt", "reports/2012-11-13.md")
            for target in ("output/index.html", "public/deep/er/index.html")
        ),
        ("templates/a.css", "reports/2012-12-04.md", "a link from the folder templates to reports"),
        ("templates/a.css", "people.yaml", "a link from the folder templates to people.yaml"),
        ("pages/a.md", "reports/2012-12-04.md", "a link from the folder pages to reports"),
    ],
)
def test_a_link_that_could_leak_is_refused(
    path: str, target: str, found: str, project: Project
) -> None:
    project.report("2012-12-04", "draft: true")
    text = "---\ndate: 2012-11-13\n---\n" if path.startswith("reports") else "---\ntitle: A\n---\n"
    if target.startswith("public/"):
        project.write("public/.lscbsite.json", "{}")
    if not (project.folder / target).exists():
        project.write(target, "{}\n" if target == "people.yaml" else text)
    (project.folder / path).unlink(missing_ok=True)
    link(project, path, os.path.relpath(target, Path(path).parent))
    (line,) = lines(project.build("--output", str(project.folder.parent / "elsewhere")))
    assert line.startswith(f"{path}:1:1: error F004: found {found}")


@pytest.mark.parametrize("target", ["reports", ".secret", "texts"])
def test_the_folder_files_is_not_a_link(target: str, project: Project) -> None:
    project.report("2012-12-04", "draft: true")
    (project.folder / target).mkdir(exist_ok=True)
    link(project, "files", target)
    assert "link to" in refused(project, "files")


def test_links_that_leak_nothing_are_followed(project: Project) -> None:
    project.write("files/2012/plan.txt", "A plan.\n")
    link(project, "files/plan.txt", "2012/plan.txt")
    project.write("texts/report", "---\ndate: 2012-11-13\n---\nText.\n")
    link(project, "reports/2012-11-13.md", "../texts/report")
    project.write("texts/pages/about.md", "---\ntitle: About\n---\nText.\n")
    link(project, "pages", "texts/pages")
    project.publish()
    folder = project.built()
    assert (folder / "files/plan.txt").read_text() == "A plan.\n"
    assert (folder / "about/index.html").exists()
    assert (folder / "reports/2012-11-13/index.html").exists()


def test_hidden_files_and_what_git_leaves_are_no_attachments(project: Project) -> None:
    project.report("2012-11-13")
    project.write("files/module/.git", "gitdir: ../../.git/modules/module\n")
    project.write("files/.git/config", "[core]\n")
    project.write("files/module/a.txt", "a\n")
    project.publish()
    folder = project.built()
    assert [path.name for path in (folder / "files").rglob("*")] == ["module", "a.txt"]


# --- deep folders and long names --------------------------------------------------------------


@pytest.fixture
def dig(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Nest folders deeper than a path can be long, with a file at the end."""
    (project.folder / "files").mkdir()
    monkeypatch.chdir(project.folder / "files")
    depth = 0

    def make(number: int) -> None:
        nonlocal depth
        for _ in range(number):
            Path("d").mkdir()
            os.chdir("d")
            depth += 1
        Path("a.txt").write_text("x")

    yield make
    # pytest cannot take away what is so deep.
    if depth:
        Path("a.txt").unlink()
    for _ in range(depth):
        os.chdir("..")
        Path("d").rmdir()


@pytest.mark.parametrize("depth", [500, 3000])
def test_very_deep_folders_are_reported(
    depth: int, project: Project, dig: Callable[[int], None]
) -> None:
    project.report("2012-11-13")
    dig(depth)
    (line,) = lines(project.build())
    assert line.startswith("files/d/d/")
    assert ": error F004: found a path that is too long; expected at most 800 letters" in line
    assert len(line) < 400


def test_folders_of_some_depth_are_no_fault(project: Project, dig: Callable[[int], None]) -> None:
    project.report("2012-11-13")
    dig(300)
    project.publish()
    assert (project.built() / "files" / Path(*"d" * 300) / "a.txt").read_text() == "x"


# --- names that are one on some systems -------------------------------------------------------

NFC, NFD = (unicodedata.normalize(form, "tŷ") for form in ("NFC", "NFD"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("files/A.pdf", "files/a.pdf"),
        (f"files/{NFC}.pdf", f"files/{NFD}.pdf"),
        (f"files/{NFC.upper()}.pdf", f"files/{NFD}.pdf"),
        ("files/Straße.pdf", "files/STRASSE.pdf"),
        ("files/a.pdf", "files/a\u200b.pdf"),
        (f"reports/{NFC}.md", f"reports/{NFD}.md"),
        (f"pages/{NFC}.md", f"pages/{NFD}.md"),
    ],
)
def test_f007_names_that_are_one_file_on_many_systems(
    one: str, other: str, project: Project
) -> None:
    text = (
        "---\ntitle: A\n---\n" if one.startswith("pages") else "---\ndate: 2012-11-13\n---\nText.\n"
    )
    if project.write(one, text).samefile(project.write(other, text)):
        pytest.skip("no such file names here")
    (line,) = lines(project.build())
    assert ": error F007: found a name that " in line


@pytest.mark.parametrize(
    ("one", "other", "folder"),
    [
        ("files/A/x.pdf", "files/a/y.pdf", "files/a"),
        ("files/A/x.pdf", "files/a/x.pdf", "files/a"),
        ("files/x/A/b/x.pdf", "files/x/a/c/y.pdf", "files/x/a"),
        (f"files/{NFC}/x.pdf", f"files/{NFD}/y.pdf", f"files/{max(NFC, NFD)}"),
        ("pages/A/x.md", "pages/a/y.md", "pages/a"),
    ],
)
def test_f007_folders_that_are_one_on_many_systems(
    one: str, other: str, folder: str, project: Project
) -> None:
    project.report("2012-11-13")
    project.write(one, "---\ntitle: A\n---\n")
    project.write(other, "---\ntitle: A\n---\n")
    spelled = [Path(*Path(path).parts[: folder.count("/") + 1]) for path in (one, other)]
    if (project.folder / spelled[0]).samefile(project.folder / spelled[1]):
        pytest.skip("no such file names here")
    (line,) = lines(project.build())
    assert line.startswith(f"{folder}:1:1: error F007: found a folder that ")


@pytest.mark.parametrize(
    ("alias", "code"),
    [
        (f"/files/{NFD}.pdf", "O001"),
        ("/FILES/old.html", "F007"),
        (f"/files/{NFD}/", "F007"),
        ("/Straße/a.html, /STRASSE/b.html", "F007"),
        (f"/{NFC}/, /{NFD}/", "O001"),
        ("/Reports/old.html", "F007"),
    ],
)
def test_an_alias_that_is_one_with_another_file_on_many_systems(
    alias: str, code: str, project: Project
) -> None:
    project.write(f"files/{NFC}.pdf", "x")
    project.write(f"files/{NFC}/a.pdf", "x")
    project.report("2012-11-13", f"aliases: [{alias}]")
    project.publish()
    (line,) = lines(project.build())
    assert line.startswith("reports/2012-11-13.md:3:")
    assert f": error {code}: found the a" in line


def test_a_page_in_a_folder_of_the_tool_spelled_otherwise_is_reported(project: Project) -> None:
    project.report("2012-11-13")
    project.write("pages/Reports/help.md", "---\ntitle: Help\n---\nText.\n")
    assert "/Reports/help/" in refused(project, "pages/Reports/help.md", "F007")


@pytest.mark.parametrize(
    ("one", "other"),
    [("ﬁ.pdf", "fi.pdf"), ("a\u00adb", "ab"), ("Ǆ", "ǆ"), ("\u0345a", "ιa"), ("K", "k")],
)
def test_names_that_are_the_same(one: str, other: str) -> None:
    assert make_name_key(one) == make_name_key(other)


@pytest.mark.parametrize(("one", "other"), [("a", "á"), ("2", "²"), ("ab", "a b"), ("a", "ａ")])
def test_names_that_are_not_the_same(one: str, other: str) -> None:
    assert make_name_key(one) != make_name_key(other)


@given(st.text(max_size=8))
def test_a_name_is_the_same_in_every_form(text: str) -> None:
    for form in (unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)):
        assert make_name_key(form) == make_name_key(text)
    assert make_name_key(make_name_key(text)) == make_name_key(text)
    assert make_name_key(text.casefold()) == make_name_key(text)


# --- names in messages ------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["text", "github", "json"])
@pytest.mark.parametrize(
    "name", ["a\x1b[2J", "a\x9b2J", "a\u202ebdp.exe", "a\x7f", "a\x85", "a\u2028"]
)
def test_no_name_commands_a_terminal(style: str, name: str, project: Project) -> None:
    project.report("2012-11-13")
    try:
        project.write(f"files/{name}.php", "x")
        project.write(f"pages/{name}.txt", "x")
        project.write(f"files/{name}x/{name}.svg", "x")
    except OSError:
        pytest.skip("no such file names here")
    told = project.build("--format", style).stderr
    found = [told.count(code) for code in ("F008", "F005", "F055")]
    assert found == ([2, 1, 0] if "\u202e" in name else [0, 0, 3])
    assert not set(told) & set("\x1b\x9b\u202e\x7f\x85\u2028")


# --- files that change while they are read ----------------------------------------------------


def test_a_file_that_goes_while_it_is_looked_at_is_reported(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in ("reports/2012-11-13.md", "files/a.txt", "templates/a.html"):
        project.report("2012-11-13")
        project.write("files/a.txt", "x")
        project.write("templates/a.html", "x")

        def lstat(place: str | Path, own: str = path) -> os.stat_result:
            if str(place).endswith(own):
                Path(place).unlink(missing_ok=True)
            return os.stat(place, follow_symlinks=False)  # noqa: PTH116 (what is replaced here)

        with monkeypatch.context() as patched:
            patched.setattr(os, "lstat", lstat)
            result = project.build("--no-cache")
        assert f"{path}:1:1: error F004: found something that was deleted or renamed" in (
            result.stderr
        )
        lines(result)


def test_a_folder_that_goes_while_it_is_listed_is_reported(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.report("2012-11-13")
    project.write("files/a/b.txt", "x")
    really = os.scandir

    def scandir(place: Path) -> object:
        if str(place).endswith("files/a"):
            (Path(place) / "b.txt").unlink()
            Path(place).rmdir()
        return really(place)

    monkeypatch.setattr(os, "scandir", scandir)
    assert refused(project, "files/a").startswith("something that was deleted or renamed")


def test_an_attachment_that_changes_during_a_build_is_reported(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.report("2012-11-13")
    project.write("files/a.txt", "one")
    project.publish()
    really = scan.report_active_content

    def change(*arguments: object) -> None:
        project.write("files/a.txt", "two")
        really(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("lscbsite.build.report_active_content", change)
    assert refused(project, "files/a.txt").startswith("a file that was changed while the site")


def test_an_attachment_that_goes_during_a_build_is_reported(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.report("2012-11-13")
    project.write("files/a.txt", "one")
    project.publish()
    really = scan.report_active_content

    def change(*arguments: object) -> None:
        (project.folder / "files/a.txt").unlink()
        really(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("lscbsite.build.report_active_content", change)
    assert refused(project, "files/a.txt").startswith("something that was deleted or renamed")


def test_an_attachment_that_changes_while_it_is_checked_is_reported(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.report("2012-11-13")
    project.write("files/a.svg", f"<svg {SVG}><script/></svg>")

    def look(path: str, file: BytesIO) -> object:
        project.write(path, f"<svg {SVG}/>")
        return judge(path, file)

    monkeypatch.setattr(scan, "judge", look)
    assert refused(project, "files/a.svg").startswith("a file that was changed while the site")
