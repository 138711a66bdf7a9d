"""Links with which readers report a problem with a page, and sign up for emails about new reports."""

from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote

from lscbsite.addresses import make_mail_url
from lscbsite.i18n import get_translations
from lscbsite.model import PAGE_PLACEHOLDER
from lscbsite.outputs.linked_texts import shorten_subject
from lscbsite.outputs.site_context import SiteView


class SignUp(NamedTuple):
    """How readers sign up for emails about new reports: the link to a page or an email.

    ``asks`` is true if they write to the author, as there is no mailing list. ``address`` is the email
    address, '' for a page, and ``subject`` the subject of the email.
    """

    url: str
    asks: bool
    address: str = ""
    subject: str = ""

    @property
    def by_email(self) -> bool:
        """Return whether readers get emails."""
        return bool(self.address) or not self.asks


def make_mistake_url(site: SiteView, language: str, title: str, address: str) -> str:
    """Return where a reader reports a mistake on a page, '' if the site has no contact.

    An email names the page by its ``title`` and full ``address``. If the address is unknown, as on
    the page "not found", the email asks the reader for it.
    """
    words = get_translations(language)
    if not is_mail(site.contact):
        return site.contact.replace(PAGE_PLACEHOLDER, quote(address, safe=""))
    subject, body = title, words.gettext("This address does not work:") + " "
    if address:
        subject = words.gettext("Problem with the page: %(page)s") % {"page": title}
        body = f"\n\n{address}"
    return make_mail_url(site.contact, shorten_subject(subject), body)


def make_sign_up(site: SiteView, language: str) -> SignUp | None:
    """Return how readers sign up for emails about new reports, None if the site does not say."""
    asks = not site.email
    url = site.email or (f"mailto:{site.contact}" if is_mail(site.contact) else site.contact)
    if not url.startswith("mailto:"):
        url = url.replace(PAGE_PLACEHOLDER, quote(site.base_url, safe=""))
        return SignUp(url, asks) if url else None
    address, _, query = url.removeprefix("mailto:").partition("?")
    subject = dict(parse_qsl(query)).get("subject", "")
    if not query:
        ask = get_translations(language).gettext("Please tell me about new reports: %(site)s")
        subject = shorten_subject(ask % {"site": site.title})
        url = make_mail_url(unquote(address), subject)
    return SignUp(url, asks, unquote(address), subject)


def is_mail(contact: str) -> bool:
    """Return whether a contact is an email address, not that of a page or none."""
    return "@" in contact and "://" not in contact
