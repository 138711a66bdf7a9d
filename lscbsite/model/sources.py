"""The files in the site's folder, as ``scan`` lists them."""

from typing import Literal

import msgspec

from lscbsite.model.documents import Position

# The form for editing in a browser: its folder, in the site and in the output, and its main files.
FORM_FOLDER = "admin/"
FORM_SETTINGS = f"{FORM_FOLDER}config.yml"
FORM_PAGE = f"{FORM_FOLDER}index.html"


class Picture(msgspec.Struct, frozen=True, array_like=True):
    """A picture's format, and its size in pixels as it is shown, 0 if that cannot be read.

    ``moves`` is true for an animation, ``private`` if it has data of a camera that cannot be cut out.
    """

    kind: str
    width: int = 0
    height: int = 0
    moves: bool = False
    private: bool = False

    def compute_size(self, most: int) -> tuple[int, int]:
        """Return the size in which it is published, at most ``most`` wide unless it moves."""
        if self.width <= most or self.moves:
            return self.width, self.height
        return most, max(1, round(self.height * most / self.width))


class Verdict(msgspec.Struct, frozen=True, array_like=True):
    """The result of searching an attachment for active content: what, '' for nothing, and the fix.

    ``rules`` is the digest of the rules that were applied. ``picture`` is what is known of a
    picture; ``hidden`` says what a document contains that readers are not meant to see.
    """

    rules: bytes
    found: str = ""
    fix: str = ""
    line: int = 1
    column: int = 1
    picture: Picture | None = None
    hidden: str = ""


class Source(msgspec.Struct, frozen=True, array_like=True):
    """A file of the site: its path in the site, and its status.

    A change of size, times (in nanoseconds) or inode number shows that the file changed.
    ``digest`` is that of its content, empty before it was read. ``verdict`` is the result of
    searching an attachment for active content, None before that.
    """

    path: str
    size: int
    modified: int
    changed: int
    number: int
    digest: bytes = b""
    verdict: Verdict | None = None

    @property
    def kind(self) -> Literal["report", "page"]:
        """Return whether a Markdown file is a report or a page, by its folder."""
        return "report" if self.path.startswith("reports/") else "page"


class Attachment(msgspec.Struct, frozen=True):
    """One file under files/: its path in the site, its content's digest and size, and what is in it.

    ``picture`` and ``hidden`` are as in ``Verdict``.
    """

    path: str
    digest: bytes
    size: int = 0
    picture: Picture | None = None
    hidden: str = ""


class AttachmentView(msgspec.Struct, frozen=True):
    """An attachment as it is published: a picture at most ``picture_width`` pixels wide."""

    path: str
    digest: bytes
    picture: Picture | None
    picture_width: int


class FormFiles(msgspec.Struct, frozen=True):
    """The form for editing in a browser: the text of its config.yml, and its other files.

    ``placeholder`` is where config.yml has a repository that is made up.
    """

    config: str
    files: tuple[Attachment, ...]
    placeholder: Position | None = None


class UnpublishedFile(msgspec.Struct, frozen=True, array_like=True):
    """A file under files/ that is not published, and the reason ('': nothing refers to it)."""

    path: str
    reason: str = ""


class Sources(msgspec.Struct, frozen=True):
    """All files in the site's folder, in order of path.

    ``documents`` are the reports and pages, ``attachments`` the files under files/,
    ``templates`` override the theme's, ``settings`` are site.yaml and the other YAML files, ``form``
    are the files in admin/, the form for editing in a browser.
    """

    documents: tuple[Source, ...]
    attachments: tuple[Source, ...]
    templates: tuple[Source, ...]
    settings: tuple[Source, ...]
    form: tuple[Source, ...] = ()
