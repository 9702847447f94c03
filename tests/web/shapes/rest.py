"""WordPress's REST interface, as far as a crawler may use it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from zoneinfo import ZoneInfo

from demo.releases import DemoRelease
from demo.shapes import Answer
from tests.web.press import Press

ZONE = ZoneInfo("Asia/Makassar")
_JSON = "application/json; charset=UTF-8"


def texturize(text: str) -> str:
    """Straight quotes and ` - ` as WordPress prints them."""
    parts = escape(text, quote=False).replace(" - ", " – ").split('"')
    quotes = ["“" if n % 2 else "”" for n in range(1, len(parts))]
    return "".join(a + b for a, b in zip(parts, [*quotes, ""], strict=True)).replace("'", "’")


class Rest(Press):
    """`/wp-json/…`."""

    edits_shown = "everything"

    def rest(self, path: str, query: Mapping[str, str]) -> Answer:
        """`wp/v2/posts` with paging, `after`, `modified_after`, `include`, `_fields`, orders."""
        match path.strip("/").split("/"):
            case [""]:
                return _json(
                    {
                        "name": self.site.name,
                        "home": self.base,
                        "namespaces": ["oembed/1.0", "wp/v2"],
                    }
                )
            case ["wp", "v2", "posts"]:
                return self.posts(query)
            case ["wp", "v2", "posts", name]:
                found = next((r for r in self.releases if str(r.number) == name), None)
                return (
                    _json(self.post_record(found)) if found else _error("rest_post_invalid_id", 404)
                )
        return _error("rest_no_route", 404)

    def posts(self, query: Mapping[str, str]) -> Answer:
        """A page of posts; 400 past the end and for more than a hundred a page."""
        size = int(query.get("per_page", "10"))
        if not 1 <= size <= 100:
            return _error("rest_invalid_param", 400)
        chosen = [r for r in self.releases if self.asked(r, query)]
        order = query.get("orderby", "date")
        keys = {"modified": self.changed, "id": lambda r: r.number, "date": lambda r: r.published}
        chosen.sort(key=keys[order], reverse=query.get("order", "desc") == "desc")
        page, pages = int(query.get("page", "1")), -(-len(chosen) // size)
        if page > max(1, pages):
            return _error("rest_post_invalid_page_number", 400)
        records = [self.post_record(r) for r in chosen[(page - 1) * size : page * size]]
        if fields := query.get("_fields"):
            names = {name.partition(".")[0] for name in fields.split(",")}
            records = [{k: v for k, v in record.items() if k in names} for record in records]
        answer = _json(records)
        counts = {"X-WP-Total": str(len(chosen)), "X-WP-TotalPages": str(pages)}
        return replace(answer, headers=counts)

    def asked(self, release: DemoRelease, query: Mapping[str, str]) -> bool:
        """Whether the query's conditions let it through."""
        local = self.changed(release).astimezone(ZONE).replace(tzinfo=None)
        if release.number not in self.modified:
            local = release.published
        after, modified_after = query.get("after"), query.get("modified_after")
        if after and release.published <= _local(after):
            return False
        if modified_after and local <= _local(modified_after):
            return False
        include = query.get("include")
        return not include or str(release.number) in include.split(",")

    def post_record(self, release: DemoRelease) -> dict[str, object]:
        """As REST gives a post: `date` without offset, `date_gmt` without Z."""
        published = release.published.replace(tzinfo=ZONE)
        changed = self.changed(release) if release.number in self.modified else published
        own = self.base + self.where(self.site, release)
        return {
            "id": release.number,
            "date": f"{published:%Y-%m-%dT%H:%M:%S}",
            "date_gmt": f"{published.astimezone(UTC):%Y-%m-%dT%H:%M:%S}",
            "guid": {"rendered": f"{self.base}/?p={release.number}"},
            "modified": f"{changed.astimezone(ZONE):%Y-%m-%dT%H:%M:%S}",
            "modified_gmt": f"{changed.astimezone(UTC):%Y-%m-%dT%H:%M:%S}",
            "slug": release.slug,
            "status": "publish",
            "type": "post",
            "link": own,
            "title": {"rendered": texturize(release.title)},
            "content": {"rendered": self.paragraphs(release.printed), "protected": False},
            "excerpt": {"rendered": f"<p>{texturize(release.printed[0])[:120]} [&hellip;]</p>"},
            "author": 1,
            "categories": [3],
            "tags": [5],
        }

    def paragraphs(self, printed: list[str], *, sloppy: bool = False) -> str:
        """Paragraphs; an editor of old left some posts with `<div>…</p>` and line breaks."""
        texts = [texturize(p) for p in printed]
        if sloppy:
            return "<div>" + "<br />\n<br />\n".join(texts) + "</p>"
        return "\n".join(f"<p>{text}</p>" for text in texts)


def _local(text: str) -> datetime:
    """A time of a query, in the site's zone without offset, as WordPress compares."""
    said = datetime.fromisoformat(text.replace(" ", "+"))
    return said.astimezone(ZONE).replace(tzinfo=None) if said.tzinfo else said


def _json(value: object) -> Answer:
    return Answer(json.dumps(value, ensure_ascii=False).encode(), content_type=_JSON)


def _error(code: str, status: int) -> Answer:
    body = {"code": code, "message": code, "data": {"status": status}}
    return Answer(json.dumps(body).encode(), status, _JSON)
