"""Test which files in files/ are published: those that something published refers to."""

import unicodedata
from io import BytesIO
from pathlib import Path

import pytest
from conftest import PNG, SITE_YAML, Project, tree
from PIL import Image

SECRET = b"XYZZYSECRETFILE"
WITHDRAWN = "withdrawn: {date: 2013-02-20, reason: It named a child.}"
HIDDEN = ["draft: true", "published: 2013-06-01", WITHDRAWN]


def leaks(folder: Path) -> list[str]:
    """Return the files that hold the secret."""
    return [path for path, data in tree(folder).items() if SECRET in data]


def published(project: Project) -> set[str]:
    return {path for path in tree(project.output) if path.startswith("files/")}


def secret_picture() -> bytes:
    """Return a picture whose colours, not its metadata, spell the secret."""
    picture = Image.new("P", (5, 1))
    picture.putpalette(SECRET)
    picture.putdata(range(5))
    buffer = BytesIO()
    picture.save(buffer, "PNG")
    assert SECRET in buffer.getvalue()
    return buffer.getvalue()


def test_a_file_is_published_if_something_published_refers_to_it(project: Project) -> None:
    names = ["link.pdf", "note.pdf", "full.pdf", "reply.pdf", "next.pdf", "page.pdf", "cell.pdf"]
    for name in [*names, "none.pdf", "forms/a.pdf", "forms/b.txt", "forms/deep/c.pdf", "x.csv"]:
        project.write(f"files/{name}", "x")
    for name in ("shown.png", "linked.png", "logo.png", "background.png", "badge.png", "old.png"):
        project.write(f"files/{name}", PNG)
    project.report(
        "2013-01-15",
        """
        next_meeting: {date: 2013-04-01, url: "https://example.org/a/b/files/next.pdf"}
        feedback:
          - ask: Which?
            reply_to: https://example.org/a/b/files/reply.pdf
        """,
        """\
        See [it](../files/link.pdf)[^1], [all](https://example.org/a/b/files/full.pdf#page=2)
        and ![a chart](/files/shown.png), [![x](../files/shown.png)](../files/linked.png).

        | A |
        |---|
        | [x](../files/cell.pdf) |

        [^1]: [Note](../files/note.pdf)
        """,
    )
    project.write("pages/about.md", "---\ntitle: About\n---\n[x](../files/page.pdf)\n")
    own = "{% extends 'theme/footer.html' %}{# files/old.png #}"
    project.write("templates/footer.html", own + '{% include "badge.html" %}')
    project.write("templates/badge.html", '<img src="{{ root }}files/badge.png" alt="">')
    project.write("templates/style.css", "body { background: url(files/background.png) }\n")
    site = SITE_YAML + 'logo: files/logo.png\npublish: ["files/forms/*.pdf", files/x.csv]\n'
    project.write("site.yaml", site)
    project.built()
    assert published(project) == {
        *(f"files/{name}" for name in names),
        *("files/forms/a.pdf", "files/x.csv", "files/shown.png", "files/linked.png"),
        *("files/logo.png", "files/background.png", "files/badge.png"),
    }


def test_unpublished_files_are_listed_once_as_a_note(project: Project) -> None:
    project.report("2013-01-15")
    project.report("2013-02-15", "draft: true", "[x](../files/d.pdf)")
    for name in ("a.pdf", "b.pdf", "d.pdf"):
        project.write(f"files/{name}", "x")
    result = project.build()
    assert result.stderr == ""
    listed = """\
files that are not published:
  files/d.pdf: for reports/2013-02-15.md (draft)
  files/a.pdf: nothing that is published refers to it
  files/b.pdf: nothing that is published refers to it
  to publish a file that nothing refers to, list it in site.yaml under publish
"""
    assert listed in result.stdout
    assert listed in project.build().stdout
    for number in range(30):
        project.write(f"files/{number}.pdf", "x")
    assert "\n  and 13 more\n" in project.build().stdout
    project.publish("files/")
    result = project.build()
    assert "files/d.pdf: for reports/2013-02-15.md (draft)" in result.stdout
    assert "files/a.pdf" not in result.stdout


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("store", ["kept", "restored", "none"])
def test_files_of_a_report_that_nobody_may_see_are_in_no_output(
    hidden: str, store: str, project: Project
) -> None:
    body = (
        "XYZZYSECRETFILE [the case](../files/case.pdf) ![The hall](../files/photo.png)"
        " [again](https://example.org/a/b/files/again.pdf)\n"
    )
    project.report("2012-12-11")
    project.report(
        "2013-01-15",
        "feedback: [{id: x, ask: XYZZYSECRETFILE?, reply_to: Me, deadline: 2013-05-01}]",
        body,
    )
    project.write("files/case.pdf", SECRET)
    project.write("files/again.pdf", SECRET)
    project.write("files/photo.png", secret_picture())
    project.publish("files/**")
    folder = project.built()
    assert {"files/case.pdf", "files/photo.png", "files/again.pdf"} <= set(leaks(folder))

    project.report("2013-01-15", hidden, body)
    if store == "restored":
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        folder.rmdir()
    project.built(*(["--no-cache"] if store == "none" else []))
    assert leaks(folder) == []
    assert published(project) == set()

    project.report("2013-01-15", "", body)
    project.built()
    assert {"files/case.pdf", "files/photo.png"} <= set(leaks(folder))


def test_a_file_of_a_withdrawn_report_stays_where_others_refer_to_it(project: Project) -> None:
    project.write("files/form.pdf", "x")
    project.report("2013-01-15", WITHDRAWN, "[form](../files/form.pdf)")
    project.report("2013-02-15", "", "[form](../files/form.pdf)")
    project.built()
    assert published(project) == {"files/form.pdf"}


def test_a_withdrawn_reports_broken_link_is_no_problem(project: Project) -> None:
    project.write("files/form.pdf", "x")
    project.report("2013-01-15", WITHDRAWN, "[form](../files/gone.pdf) [x](../files/form.pdf)")
    assert project.build().stderr == ""


def test_a_file_of_a_withdrawn_report_is_known_though_its_link_is_wrong(project: Project) -> None:
    project.write("files/case.pdf", SECRET)
    project.write("files/form.pdf", "x")
    project.publish("files/*.pdf")
    for wrong in ("../Files/Case.PDF", "..\\files\\case.pdf", "case.pdf"):
        project.report("2013-01-15", WITHDRAWN, f"[x]({wrong})")
        project.built()
        assert published(project) == {"files/form.pdf"}, wrong


def test_what_is_no_link_publishes_nothing(project: Project) -> None:
    project.write("files/case.pdf", SECRET)
    body = "<!-- [a](../files/case.pdf) -->\n\n`[a](../files/case.pdf)` ../files/case.pdf\n\n"
    project.report("2013-01-15", "", f"{body}[unused]: ../files/case.pdf\n")
    project.built()
    assert published(project) == set()


def test_drafts_have_their_files_where_they_are_shown(project: Project) -> None:
    project.write("files/d.pdf", "x")
    project.report("2013-01-15", "draft: true", "[x](../files/d.pdf)")
    project.built("--drafts")
    assert published(project) == {"files/d.pdf"}
    project.built()
    assert published(project) == set()


def test_each_edit_publishes_what_is_referred_to_then(project: Project) -> None:
    for name in ("a", "b", "c"):
        project.write(f"files/{name}.pdf", name)
    project.report("2013-01-15")

    def check(*names: str) -> None:
        project.built()
        incremental = tree(project.output)
        assert published(project) == {f"files/{name}.pdf" for name in names}
        project.built("--no-cache")
        assert tree(project.output) == incremental

    check()
    project.report("2013-01-15", "", "[a](../files/a.pdf)")
    check("a")
    project.write("templates/footer.html", '<a href="{{ root }}files/b.pdf">B</a>')
    check("a", "b")
    project.write("templates/footer.html", '<a href="{{ root }}files/c.pdf">C</a>')
    check("a", "c")
    project.write("site.yaml", SITE_YAML + "publish: [files/?.pdf]\n")
    check("a", "b", "c")
    project.write("site.yaml", SITE_YAML)
    project.report("2013-01-15")
    check("c")


def test_what_programs_leave_is_never_published(project: Project) -> None:
    names = ["a.docx~", "~$a.docx", "Thumbs.db", "desktop.ini", ".DS_Store", "a.pdf.bak", "a.tmp"]
    names += ["a.swp", ".a.pdf.swp", "#a.pdf#", ".~lock.a.odt#", "a.orig", "a.part", "THUMBS.DB"]
    for name in names:
        project.write(f"files/sub/{name}", SECRET)
    project.write("files/__MACOSX/a.pdf", SECRET)
    project.write("files/a.pdf", "x")
    project.report("2013-01-15", "", "[x](../files/a.pdf)")
    project.publish("files/**")
    project.built()
    assert published(project) == {"files/a.pdf"}
    project.report("2013-01-15", "", "[x](../files/sub/a.docx~)")
    assert "error L004" in project.build().stderr


NFC, NFD = (unicodedata.normalize(form, "tŷ") for form in ("NFC", "NFD"))


@pytest.mark.parametrize(("stored", "written"), [(NFC, NFD), (NFD, NFC), (NFD, NFD)])
def test_a_name_is_found_however_its_letters_are_stored(
    stored: str, written: str, project: Project
) -> None:
    for name in ("link.pdf", "logo.svg", "map.html", "more.pdf", "forms/a.pdf"):
        project.write(f"files/{stored}-{name}", "<svg xmlns='http://www.w3.org/2000/svg'/>")
    settings = f"logo: files/{written}-logo.svg\nactive_files: [files/{written}-map.html]\n"
    settings += (
        f"publish: [files/{written}-more.pdf, files/{written}-forms/*, files/{written}-map.html]\n"
    )
    project.write("site.yaml", SITE_YAML + settings)
    project.report(f"2013-01-15-{stored}", "date: 2013-01-15")
    project.write(f"pages/{stored}.md", "---\ntitle: House\n---\nText.\n")
    body = f"[x](../files/{written}-link.pdf) [[2013-01-15-{written}]] [p](../pages/{written}.md)"
    project.report("2013-02-15", "", body)
    result = project.build()
    assert result.exit_code == 0, result.stderr
    assert len(published(project)) == 5
    assert project.page("reports/2013-02-15").count('href="../../') >= 3


def test_a_readme_and_names_with_a_line_are_no_reports(project: Project) -> None:
    for name in ("README", "readme", "_template", "sub/README", "_old/2013-01-15"):
        project.write(f"reports/{name}.md", "No front matter.\n")
    project.report("2013-02-15")
    result = project.build()
    assert (result.exit_code, result.stderr) == (0, "")
    assert "1 report read" in result.stdout
