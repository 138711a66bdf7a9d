"""The identities of everything that subscribers get."""

import uuid
from functools import lru_cache

from lscbsite.model.config import Config, SiteConfig

# The name space of all identities that this tool makes (RFC 9562 5.5). It must never change.
_NAMESPACE = uuid.UUID("7f1a3c52-7f0e-5b7e-9a55-0d5b1c6f2e11")


def make_identity(config: Config, kind: str, name: str) -> uuid.UUID:
    """Return the UUID of a part of this site, made from its name alone (RFC 9562 5.5).

    The name of a report is its ``identity``. It survives every change of address and title; ``uid``
    of site.yaml distinguishes sites.
    """
    return uuid.uuid5(_make_namespace(config.site.uid), f"{kind}/{name}")


def propose_uid(site: SiteConfig) -> str:
    """Return a ``uid`` for a site that has none: always the same, and no other site's."""
    return str(uuid.uuid5(_NAMESPACE, f"uid/{site.base_url}/{site.title}"))


@lru_cache
def _make_namespace(uid: str | None) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, uid) if uid else _NAMESPACE


def make_ask_identity(config: Config, report: str, ask: str) -> uuid.UUID:
    """Return the identity of an ask, from its id and the ``identity`` of its report."""
    return make_identity(config, "asks", f"{report}/{ask}")


def make_outcome_identity(config: Config, asking: str, ask: str, recording: str) -> uuid.UUID:
    """Return the identity of what one report records as the outcome of an ask.

    ``asking`` and ``recording`` are the ``identity`` of the report that asked and of that one.
    """
    return make_identity(config, "outcomes", f"{asking}/{ask}/{recording}")
