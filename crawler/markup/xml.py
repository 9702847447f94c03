"""Parses XML of any quality: as far as it goes, nothing fetched, no entity expanded."""

from __future__ import annotations

from typing import cast

from lxml import etree


def parse_xml(body: bytes) -> etree._Element | None:
    """The root element, or None if nothing could be parsed."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        # With recover=True lxml returns None for hopeless input, which its types do not show.
        return cast("etree._Element | None", etree.fromstring(body.lstrip(), parser))
    except (etree.XMLSyntaxError, ValueError):
        return None
