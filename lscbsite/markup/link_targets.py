"""Read the targets that authors give to links."""

import re
from urllib.parse import unquote

from lscbsite.addresses import SCHEMES, complete_address, get_scheme, normalize_url
from lscbsite.markup.elements import NAME_SCHEME
from lscbsite.model import Reference
from lscbsite.problems import quote_value
from lscbsite.text import remove_controls

# Schemes of files and pictures that only the author's computer has.
_LOCAL_SCHEMES = frozenset(["file", "blob", "cid", "content"])
_NO_LINK = "until then, readers see the words without a link"


def read_target(target: str, *, picture: bool = False) -> str | Reference | None:
    """Return the address of a link, or a reference that only the whole site can resolve.

    It is None if the target is empty or not allowed.
    """
    if target.startswith("//"):
        target = "https:" + target
    scheme = get_scheme(target)
    if scheme not in ("", NAME_SCHEME):
        url = normalize_url(target)
        if url is None or picture or "/files/" not in url:
            return url
        return Reference("address", url, "")
    if not remove_controls(unquote(target)):
        return None
    path, _, fragment = target[len(scheme) + 1 if scheme else 0 :].partition("#")
    # Percent-encoded control characters are not allowed in pages and feeds either.
    path = remove_controls(unquote(path.partition("?")[0]))
    fragment = remove_controls(unquote(fragment))
    return Reference("name" if scheme else "path", path, fragment, picture)


def explain_lost_link(target: str) -> tuple[str, str, str, str]:
    """Return the problem of a target for which ``read_target`` returns None.

    These are its code, what was found, what was expected, and how to fix it.
    """
    if not get_scheme(target):
        found = f"a link to {quote_value(target)}" if target else "a link without an address"
        return "L005", found, "the address of a page", f"complete the address; {_NO_LINK}"
    return _explain_lost_address(get_scheme(target), target)


def _explain_lost_address(scheme: str, target: str) -> tuple[str, str, str, str]:
    found = f"a link to {quote_value(target)}"
    if scheme == "data" and target[5:].lower().startswith("image/"):
        fix = "save the picture as a file in the folder files, and write ../files/name.png"
        return "L015", found, "a picture in files/", fix
    if scheme in _LOCAL_SCHEMES or len(scheme) == 1:
        name = re.split(r"[/\\\\]", unquote(target))[-1] or "name.pdf"
        fix = f"copy the file into the folder files, and link to it as ../files/{name}"
        return "L015", found, "a file in files/, which readers can open", fix
    if address := complete_address(target):
        expected = "an address that begins with https:// or mailto:"
        return "L014", found, expected, f"write {address}"
    if scheme in SCHEMES:
        return "L005", found, "the address of a page", f"correct it; {_NO_LINK}"
    expected = "a link that starts with https:, mailto: or tel:"
    return "L006", found, expected, f"correct it; {_NO_LINK}"
