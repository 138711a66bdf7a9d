"""Test that a picture leaves without what its camera recorded, and no wider than it should be."""

import re
import zipfile
import zlib
from base64 import b64encode
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from conftest import HUNT, SITE_YAML, Project, tree
from PIL import Image, ImageChops, ImageOps, PngImagePlugin

from lscbsite.hidden_data import find_hidden_data
from lscbsite.pictures import DamagedPictureError, clean_picture, read_picture

XMP = b"<x:xmpmeta>SECRETXMP</x:xmpmeta>"
IPTC = b"\xff\xed\x00\x1cPhotoshop 3.0\0SECRETIPTC\0\0"


def picture(kind: str, size: tuple[int, int] = (320, 200), turned: int = 1) -> bytes:
    """Return a picture with place, owner and camera in every way that its format has."""
    small, chance = (size[0] // 8, size[1] // 8), Random(1)
    greys = bytes(
        min(max(round(chance.gauss(128, 60)), 0), 255) for _ in range(small[0] * small[1])
    )
    noise = Image.frombytes("L", small, greys).resize(size).convert("RGB")
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x013B] = turned, "SECRETCAMERA", "SECRETOWNER"
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 7.0)})
    settings: dict[str, object] = {"comment": b"SECRETCOMMENT"}
    if kind != "GIF":
        settings |= {"exif": exif, "xmp": XMP}
    if kind == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Author", "SECRETTEXT")
        texts.add_itxt("XML:com.adobe.xmp", "SECRETXMP")
        settings["pnginfo"] = texts
    buffer = BytesIO()
    noise.save(buffer, kind, **settings)
    data = buffer.getvalue()
    if kind == "JPEG":
        data = data[:2] + IPTC + data[2:]
    return data + b"SECRETTRAILER"


def clean(data: bytes, most: int = 2000) -> bytes:
    found = read_picture(BytesIO(data))
    assert found is not None
    return clean_picture(data, found, most)


def difference(one: bytes, other: bytes) -> float:
    """Return how much the pixels differ that a browser shows, at most and on average."""
    first, second = (
        ImageOps.exif_transpose(Image.open(BytesIO(data))).convert("RGB") for data in (one, other)
    )
    assert first.size == second.size
    return max(high for _, high in ImageChops.difference(first, second).getextrema())  # type: ignore[misc]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("size", [(320, 200), (2600, 240)])
@pytest.mark.parametrize("turned", [1, 6] if HUNT == 1 else [1, 3, 6, 8])
def test_nothing_that_a_camera_recorded_leaves(
    kind: str, size: tuple[int, int], turned: int
) -> None:
    data = picture(kind, size, turned)
    result = clean(data)
    assert b"SECRET" not in result
    with Image.open(BytesIO(result)) as image:
        assert not image.getexif()
        assert not image.info.keys() & {"exif", "xmp", "comment", "photoshop", "Author"}
        assert image.width <= 2000
        found = read_picture(BytesIO(data))
        assert found is not None
        assert image.size == found.compute_size(2000)
    if found.width <= 2000:
        most = 6 if turned != 1 and kind in ("JPEG", "WEBP") else 0
        assert difference(data, result) <= most or kind == "WEBP"
    assert clean(data) == result


def test_an_animation_stays_as_it_is() -> None:
    frames = [Image.new("P", (2600, 20), colour) for colour in range(3)]
    for kind in ("GIF", "PNG", "WEBP"):
        buffer = BytesIO()
        moving = [frame.convert("RGB") for frame in frames]
        for frame, colour in zip(moving, ("red", "green", "blue"), strict=True):
            frame.paste(colour, (0, 0, 10, 10))
        moving[0].save(buffer, kind, save_all=True, append_images=moving[1:], duration=100)
        with Image.open(BytesIO(clean(buffer.getvalue()))) as image:
            assert (image.size, getattr(image, "n_frames", 1)) == ((2600, 20), 3), kind


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_damaged_picture_is_refused_and_never_copied(kind: str) -> None:
    data = picture(kind).removesuffix(b"SECRETTRAILER")
    for end in range(1, len(data), 37):
        try:
            result = clean(data[:end])
        except (DamagedPictureError, AssertionError):
            continue
        assert b"SECRET" not in result, end


def test_pages_say_how_large_a_picture_is(project: Project) -> None:
    project.write("files/wide.jpg", picture("JPEG", (3000, 1000)))
    project.write("files/tall.jpg", picture("JPEG", (400, 200), 6))
    project.write("files/plan.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
    body = """\
    ![Wide](../files/wide.jpg) ![Tall](../files/tall.jpg) ![Plan](../files/plan.svg)

    ![Wide](../files/wide.jpg){: width=300 } ![Wide](../files/wide.jpg){: height=50 }
    ![Wide](../files/wide.jpg){: width=10 height=10 }
    """
    project.report("2013-01-15", "", body)
    project.built()
    sizes = re.findall(r'<img [^>]*?alt="(\w+)"([^>]*)>', project.page("reports/2013-01-15"))
    assert sizes == [
        ("Wide", ' width="2000" height="667"'),
        ("Tall", ' width="200" height="400"'),
        ("Plan", ""),
        ("Wide", ' width="300" height="100"'),
        ("Wide", ' height="50" width="150"'),
        ("Wide", ' height="10" width="10"'),
    ]
    with Image.open(project.output / "files/wide.jpg") as image:
        assert image.size == (2000, 667)
    assert not any(b"SECRET" in data for data in tree(project.output).values())
    project.write("site.yaml", SITE_YAML + "picture_width: 600\n")
    project.built()
    assert 'width="600" height="200"' in project.page("reports/2013-01-15")
    with Image.open(project.output / "files/wide.jpg") as image:
        assert image.size == (600, 200)
    incremental = tree(project.output)
    project.built("--no-cache")
    assert tree(project.output) == incremental


# --- documents --------------------------------------------------------------------------------


def word(folder: Path, **parts: str) -> BytesIO:
    """Return a Word file with some parts, by their names with "__" for "/"."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as document:
        for name, text in parts.items():
            document.writestr(name.replace("__", "/") + ".xml", text)
    return buffer


def test_what_a_document_hides_is_named(tmp_path: Path) -> None:
    core = "<cp:coreProperties><dc:creator>Ann Lee</dc:creator></cp:coreProperties>"
    comments = '<w:comment w:id="1" w:author="Bob"/><w:comment w:id="2" w:author="Cy &amp; Co"/>'
    document = '<w:p><w:ins w:author="Di"><w:r/></w:ins><w:del w:author="Di"/></w:p>'
    file = word(
        tmp_path,
        docProps__core=core,
        docProps__app="<Company>Millbrook</Company>",
        word__comments=comments,
        word__document=document,
    )
    assert find_hidden_data("files/a.docx", file) == (
        "2 comments by Bob and Cy & Co, tracked changes by Di, the name of who wrote it (Ann Lee)"
        " and the name of an organisation (Millbrook)"
    )
    clean_file = word(tmp_path, word__document="<w:p/>", docProps__core="<dc:creator></dc:creator>")
    assert find_hidden_data("files/a.docx", clean_file) == ""
    meta = "<office:meta><meta:initial-creator>Ann</meta:initial-creator></office:meta>"
    content = (
        "<text:changed-region/><office:annotation><dc:creator>Ann</dc:creator></office:annotation>"
    )
    open_document = word(tmp_path, meta=meta, content=content)
    assert find_hidden_data("files/a.odt", open_document) == (
        "1 comment, tracked changes and the name of who wrote it (Ann)"
    )
    sheets = word(tmp_path, xl__workbook='<sheet name="x" state="hidden"/>')
    assert find_hidden_data("files/a.xlsx", sheets) == "hidden sheets"
    photo = BytesIO()
    with zipfile.ZipFile(photo, "w") as archive:
        archive.writestr("word/media/image1.jpeg", picture("JPEG"))
    assert "where a picture in it was taken" in find_hidden_data("files/a.docx", photo)
    assert find_hidden_data("files/a.docx", BytesIO(b"no zip")) == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (b"/Author (Ann Lee)", "Ann Lee"),
        (b"/Author(Ann \\(chair\\) Lee)", "Ann (chair) Lee"),
        (b"/Author <FEFF0041006E006E>", "Ann"),
        (b"/Author (\xfe\xff\0A\0n\0n)", "Ann"),
        (b"<dc:creator><rdf:Seq><rdf:li>Ann Lee</rdf:li></rdf:Seq></dc:creator>", "Ann Lee"),
        (
            b"<</Type/ObjStm/Filter/FlateDecode>>stream\n"
            + zlib.compress(b"<</Author(Ann Lee)>>")
            + b"\nendstream",
            "Ann Lee",
        ),
    ],
)
def test_the_author_of_a_pdf_is_named(text: bytes, name: str) -> None:
    file = BytesIO(b"%PDF-1.7\n" + text + b"\n%%EOF")
    assert find_hidden_data("files/a.pdf", file) == f"the name of who wrote it ({name})"


def test_only_documents_that_are_published_are_warned_of(project: Project, tmp_path: Path) -> None:
    file = word(tmp_path, docProps__core="<dc:creator>Ann Lee</dc:creator>").getvalue()
    project.write("files/a.docx", file)
    project.write("files/b.docx", file)
    project.report("2013-01-15", "", "[the form](../files/a.docx)")
    [line] = project.build().stderr.splitlines()
    assert line.startswith(
        "files/a.docx:1:1: warning D003: found a document that contains the name"
    )


def test_a_very_large_photo_is_warned_of(project: Project) -> None:
    data = picture("JPEG").removesuffix(b"SECRETTRAILER")
    project.write("files/a.jpg", data + bytes(12_000_000))
    project.report("2013-01-15", "", "![The hall](../files/a.jpg)")
    [line] = project.build().stderr.splitlines()
    assert line == (
        "files/a.jpg:1:1: warning D002: found a picture of 12 MB, 320 by 200 pixels; expected at"
        " most 10 MB. Save a smaller copy: the repository keeps this one for ever."
    )
    assert (project.output / "files/a.jpg").stat().st_size < 100_000


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.svg", b"<dc:creator><cc:Agent><dc:title>Ann</dc:title>", "who drew it (Ann)"),
        (
            "a.svg",
            b'<svg inkscape:export-filename="C:\\Users\\Ann\\a.png">',
            "C:\\Users\\Ann\\a.png",
        ),
        ("a.svg", b"data:image/jpeg;base64,{photo64}", "where a picture in it was taken"),
        ("a.pdf", b"%PDF-1.4\nstream\n{photo}\nendstream", "where a picture in it was taken"),
        ("a.mp4", b"ftyp" + bytes(9_000_000) + b"\xa9xyz+51", "the place where it was recorded"),
        ("a.mp4", b"ftyp" + bytes(9_000_000), ""),
        ("a.pdf", b"%PDF-1.4\n/Type /Annot /Subtype /Text /T (Ann)", "1 comment"),
    ],
)
def test_what_other_files_hide_is_named(name: str, data: bytes, words: str) -> None:
    photo = picture("JPEG")
    data = data.replace(b"{photo64}", b64encode(photo)).replace(b"{photo}", photo)
    found = find_hidden_data(f"files/{name}", BytesIO(data))
    assert words in found
    assert bool(words) == bool(found)


def test_many_pictures_are_scaled_by_several_processes_and_kept(project: Project) -> None:
    links = []
    for number in range(8):
        project.write(f"files/{number}.jpg", picture("JPEG", (2400 + number, 300)))
        links.append(f"![Picture {number}](../files/{number}.jpg)")
    project.report("2013-01-15", "", "\n".join(links))
    project.built("--jobs", "2")
    first = tree(project.output)
    assert not any(b"SECRET" in data for data in first.values())
    for path in project.output.glob("files/*"):
        path.unlink()
    project.built()
    assert tree(project.output) == first
    project.built("--no-cache", "--jobs", "1")
    assert tree(project.output) == first


@pytest.mark.parametrize("name", ["a.jpg", "a.PNG", "a.heic"])
def test_a_file_that_only_says_it_is_a_picture_is_refused(name: str, project: Project) -> None:
    project.write(f"files/{name}", b"\n" + picture("JPEG"))
    project.report("2013-01-15", "", f"[the hall](../files/{name})")
    assert f"files/{name}:1:1: error D001: found a damaged picture" in project.build().stderr


def test_a_photo_is_cleaned_whatever_its_name(project: Project) -> None:
    for name in ("photo.dat", "photo", "photo.png", "photo.pdf"):
        project.write(f"files/{name}", picture("JPEG"))
    project.report("2013-01-15", "", "[a](../files/photo.dat) [b](../files/photo)")
    project.publish("files/photo.*")
    project.built()
    assert not any(b"SECRET" in data for data in tree(project.output).values())
