"""The form for editing in a browser: what is in admin/, with config.yml made for the site as it is.

``lscbsite.cms`` writes the files; here they are published. ``fields`` makes the form's fields from the
model, ``choices`` collects what authors can choose from, ``config_file`` puts both into config.yml.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lscbsite.model import FORM_FOLDER, FORM_SETTINGS, Artifact, AttachmentView, Input, SiteIndex
from lscbsite.outputs.declaration import OutputKind
from lscbsite.outputs.form.config_file import fill_config
from lscbsite.outputs.site_context import SiteView

if TYPE_CHECKING:  # slow to import, and not needed to plan
    from lscbsite.theme import Theme


def plan_config(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan config.yml, if the site has a form."""
    if site.form:
        yield Artifact(FORM_SETTINGS, fill_config(site.form.config, site), render_config)


def plan_form_files(site: SiteIndex, site_view: Input[SiteView]) -> Iterator[Artifact]:
    """Plan the other files of the form, which are published as they are."""
    for file in site.form.files if site.form else ():
        yield Artifact(file.path, AttachmentView(file.path, file.digest, None, 0), None)


def render_config(view: str, theme: "Theme") -> bytes:
    """Return config.yml."""
    return view.encode()


FORM_CONFIG = OutputKind(addresses=(FORM_SETTINGS,), renderers=(render_config,), plan=plan_config)
FORM_FILES = OutputKind(
    addresses=(f"{FORM_FOLDER}{{file}}", FORM_FOLDER), renderers=(), plan=plan_form_files
)
