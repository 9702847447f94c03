"""WordPress's REST interface: posts with exact times, a hundred per response.

https://developer.wordpress.org/rest-api/reference/posts/
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from lxml.html import HtmlElement

from crawler.discovery.canonical_url import absolute, same_site
from crawler.markup.html import parse_html, seen_text

_RELATION = "https://api.w.org/"
_LINK = re.compile(r'<([^<>]*)>\s*;[^,<]*rel="?https://api\.w\.org/"?')
_TRACE = re.compile(r"^(.*?/)(?:wp-content|wp-includes|wp-json)/")
_FIELDS = "id,link,slug,date,date_gmt,modified,modified_gmt,title,status,type,lang"
_PAST_END = "rest_post_invalid_page_number"
_WIDEST_OFFSET = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Post:
    """A published post, as listed."""

    id: int
    url: str
    title: str | None
    published: str | None
    """ISO 8601 in the site's local time, with its offset if the response shows it."""
    modified: datetime | None
    """UTC."""
    language: str | None
    """As given by a translation plugin; None if there is none."""


@dataclass(frozen=True, slots=True)
class Posts:
    """The posts of one response."""

    posts: tuple[Post, ...]
    total: int | None = None
    pages: int | None = None
    past_end: bool = False
    """Whether the requested page is after the last one."""


def rest_roots(body: str, url: str, link_header: str | None = None) -> list[str]:
    """Possible URLs of the REST interface of the site that sent `body`, the likeliest first. One
    if the page or its Link header names it; two if only `/wp-content/` in the markup shows
    WordPress; none for other sites. A site without permalinks responds only at `?rest_route=/`."""
    return rest_roots_of(parse_html(body), url, link_header)


def rest_roots_of(tree: HtmlElement | None, url: str, link_header: str | None = None) -> list[str]:
    """As `rest_roots`, for a page already parsed; None if it has no markup."""
    for target in _LINK.findall(link_header or ""):
        root = absolute(url, target)
        if root and same_site(root, url):
            return [root]
    if tree is None:
        return []
    folder: str | None = None
    for element in tree.iter("link", "script", "img", "a"):
        target = absolute(url, element.get("href") or element.get("src") or "")
        if target is None or not same_site(target, url):
            continue
        if element.tag == "link" and element.get("rel") == _RELATION:
            return [target]
        if folder is None and (trace := _TRACE.match(target)):
            folder = trace[1]
    if folder is None:
        made_by = (str(meta.get("content")) for meta in tree.iterfind(".//meta[@name='generator']"))
        if not any("wordpress" in maker.lower() for maker in made_by):
            return []
        folder = urljoin(url, "/")
    return [folder + "wp-json/", folder + "?rest_route=/"]


def posts_page(root: str, page: int, *, kind: str = "posts") -> str:
    """The URL of a page (from 1) of a hundred posts, the newest first. `kind` is the `rest_base`
    of a post type, see `read_types`."""
    return _question(root, f"wp/v2/{kind}", {"page": str(page), "orderby": "date"})


def posts_modified_after(root: str, moment: datetime, page: int = 1, *, kind: str = "posts") -> str:
    """The URL of the posts changed after an aware `moment`, the last changed first. WordPress
    before 5.7 ignores the condition and gives all posts, as the response's `modified` shows."""
    after = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    asked = {"page": str(page), "orderby": "modified", "modified_after": after}
    return _question(root, f"wp/v2/{kind}", asked)


def types_page(root: str) -> str:
    """The URL of a site's post types; themes add their own, such as `berita`."""
    return _question(root, "wp/v2/types", {}, fields=None)


def read_posts(
    body: bytes, url: str, *, total: str | None = None, pages: str | None = None
) -> Posts | None:
    """Reads a response to `posts_page` or `posts_modified_after`; None if it is not one. `total`
    and `pages` are the headers X-WP-Total and X-WP-TotalPages. The status may be 400, which
    WordPress sends for a page after the last."""
    answer = _json(body)
    if isinstance(answer, Mapping):
        return Posts((), past_end=True) if answer.get("code") == _PAST_END else None
    if not isinstance(answer, list):
        return None
    read = [_post(entry, url) for entry in answer if isinstance(entry, Mapping)]
    if answer and not any(read):
        return None  # a list of other things
    return Posts(tuple(post for post in read if post), _count(total), _count(pages))


def read_types(body: bytes) -> list[str]:
    """The `rest_base` of each post type with pages of its own that is not built into WordPress."""
    answer = _json(body)
    if not isinstance(answer, Mapping):
        return []
    types = []
    for name, kind in answer.items():
        base = kind.get("rest_base") if isinstance(kind, Mapping) else None
        own = name in ("post", "page", "attachment") or str(name).startswith(("wp_", "nav_"))
        if isinstance(base, str) and re.fullmatch(r"[\w-]+", base) and not own:
            types.append(base)
    return types


def _question(root: str, route: str, asked: dict[str, str], fields: str | None = _FIELDS) -> str:
    if fields is not None:
        asked = {"per_page": "100", **asked, "_fields": fields}
    parts = urlsplit(root)
    query = parse_qsl(parts.query, keep_blank_values=True)
    path = parts.path
    if any(name == "rest_route" for name, _ in query):
        query = [(name, f"/{route}" if name == "rest_route" else value) for name, value in query]
    else:
        path = path.rstrip("/") + "/" + route
    return urlunsplit(
        parts._replace(path=path, query=urlencode([*query, *asked.items()], safe="/,:"))
    )


def _post(entry: Mapping[str, Any], url: str) -> Post | None:
    """None if the post is not public, or not a post."""
    number, link = entry.get("id"), entry.get("link")
    if not isinstance(number, int) or not isinstance(link, str):
        return None
    target = absolute(url, link)
    if target is None or entry.get("status", "publish") != "publish":
        return None
    modified = _moment(entry.get("modified_gmt"))
    language = entry.get("lang")
    return Post(
        id=number,
        url=target,
        title=_title(entry.get("title")),
        published=_published(entry.get("date"), entry.get("date_gmt")),
        modified=modified.replace(tzinfo=UTC) if modified else None,
        language=language if isinstance(language, str) and language else None,
    )


def _published(local: object, universal: object) -> str | None:
    """`date` has no offset, `date_gmt` no Z; their difference is the offset."""
    here, there = _moment(local), _moment(universal)
    if here is None:
        return there.replace(tzinfo=UTC).isoformat() if there else None
    if there is None or abs(here - there) > _WIDEST_OFFSET:
        return here.isoformat()
    return here.replace(tzinfo=timezone(here - there)).isoformat()


def _moment(text: object) -> datetime | None:
    """A naive time; None for WordPress's 0000-00-00T00:00:00."""
    if not isinstance(text, str):
        return None
    try:
        return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=None, microsecond=0)
    except ValueError:
        return None


def _title(title: object) -> str | None:
    rendered = title.get("rendered") if isinstance(title, Mapping) else title
    if not isinstance(rendered, str) or not rendered.strip():
        return None
    tree = parse_html(rendered)
    return (seen_text(tree) if tree is not None else "") or None


def _count(header: str | None) -> int | None:
    value = (header or "").strip()
    return int(value) if re.fullmatch(r"[0-9]{1,9}", value) else None


def _json(body: bytes) -> object:
    """The JSON of a response; None if there is none. PHP may print a warning before it."""
    text = body.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    begin = re.search(r'\[\s*\{\s*"|\{\s*"(?:code|post)"|^\[\s*\]', text)
    try:
        answer: object = json.loads(text[begin.start() :] if begin else text)
    except (ValueError, RecursionError):
        return None
    return answer
