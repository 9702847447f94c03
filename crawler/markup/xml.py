"""XML from strangers: read as far as it goes, nothing fetched, no entity expanded."""

from __future__ import annotations

from typing import cast

from lxml import etree


def parse_xml(body: bytes) -> etree._Element | None:
    """The root element, or None where nothing could be read."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        # With recover=True lxml answers None for hopeless input; its types do not say so.
        return cast("etree._Element | None", etree.fromstring(body.lstrip(), parser))
    except (etree.XMLSyntaxError, ValueError):
        return None
