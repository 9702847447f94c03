"""The canonical URL of a page, and the alias key that joins its variants."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import normalize
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

from crawler.discovery.vocabulary import addresses
from crawler.registry.source import Source
from crawler.url_policy import is_web_url

_DEFAULT_PORTS = {"http": 80, "https": 443}
_PATH_SESSION = re.compile(r";(?:jsessionid|sid|phpsessid)=[^/?#]*", re.I)
_SAFE = "!$&'()*+,;=:@~"
_SAFE_IN_QUERY = "!$'()*,;:@~/?"
_COMMENT_PAGE = re.compile(r"/comment-page-\d+$", re.I)
_KPU_RELEASE = re.compile(r"^/index\.php(?=/(?:blog/read|berita/baca)/)")
"""The CMS of the election offices gives each release with and without `/index.php`; which one
works depends on the server."""
_INDEX_FILE = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.I)


def canonical(
    url: str, home: str, *, drop_index_php: bool = False, keep_pages: bool = False
) -> str:
    """The canonical URL of a page: without tracking, session, print and share variants.

    Scheme and www-or-bare host follow `home`, since sites respond to all four. `/index.php` is
    left out in the KPU's CMS, and with `drop_index_php` everywhere. It identifies a page; to
    request it, see `linked`. A release's first page has no number; `keep_pages` is for lists,
    some of which count from 0, so that `?page=1` is their second page. Case and a final slash
    are kept, since they may matter: see `alias_key`. A URL that cannot be parsed is returned
    unchanged."""
    return _canonical(url, home, drop_index_php, keep_pages)


@lru_cache(maxsize=2**12)  # a crawl asks about each of its URLs several times
def _canonical(url: str, home: str, drop_index_php: bool, keep_pages: bool) -> str:
    try:
        parts = urlsplit(safe_url_string(url.strip()))
        port = parts.port
        home_parts = urlsplit(home)
        home_port = home_parts.port
    except ValueError:
        return url
    scheme, host = parts.scheme.lower(), _host(parts.hostname)
    if _bare(host) == _bare(_host(home_parts.hostname)) and _same_port(
        scheme, port, home_parts.scheme, home_port
    ):
        scheme, host, port = home_parts.scheme.lower(), _host(home_parts.hostname), home_port
    if port == _DEFAULT_PORTS.get(scheme):
        port = None
    host = f"[{host}]" if ":" in host else host
    netloc = host if port is None else f"{host}:{port}"
    path = _path(parts.path, drop_index_php=drop_index_php, keep_pages=keep_pages)
    return urlunsplit((scheme, netloc, path, _query(parts.query, keep_pages=keep_pages), ""))


def source_address(url: str, source: Source) -> str:
    """The canonical URL of a source's page."""
    return canonical(url, source.home)


def linked(url: str, home: str) -> str:
    """The URL to request for a link: without its fragment, on the scheme and host of `home`."""
    try:
        parts = urlsplit(safe_url_string(url.strip()))
        _ = parts.port
        own = urlsplit(home)
    except ValueError:
        return url
    if same_site(url, home) and _same_port(parts.scheme, parts.port, own.scheme, own.port):
        parts = parts._replace(scheme=own.scheme.lower(), netloc=own.netloc.lower())
    return urlunsplit(parts._replace(fragment=""))


def alias_key(url: str, home: str) -> str:
    """The same key for all URLs at which a site may give one page. Beyond `canonical`, it joins
    upper and lower case, a final slash or `index.html`, with and without `index.php`, and the
    order of parameters. It only identifies aliases; request the canonical URL, since not every
    site responds to all of them."""
    parts = urlsplit(canonical(url, home, drop_index_php=True).lower())
    path = _INDEX_FILE.sub("", parts.path.rstrip("/")).rstrip("/")
    query = "&".join(sorted(set(parts.query.split("&"))))
    return f"{parts.netloc}{path}" + (f"?{query}" if query else "")


def same_site(url: str, home: str) -> bool:
    """Whether a URL is on the source's host; www or bare, http or https, do not matter."""
    try:
        host, own = urlsplit(url).hostname, urlsplit(home).hostname
    except ValueError:
        return False
    return _bare(_host(host)) == _bare(_host(own))


@lru_cache(maxsize=2**12)  # a list's page asks for its stories, then for all its links
def absolute(base: str, href: str) -> str | None:
    """`href` as a web URL, or None if it is not one (mailto:, javascript:, broken). A session in
    the path (`;jsessionid=…`) is removed: it would make the links of every crawl new."""
    try:
        url = _PATH_SESSION.sub("", urljoin(base, href.strip()))
    except ValueError:
        return None
    return url if is_web_url(url) else None


def _host(name: str | None) -> str:
    return (name or "").lower().removesuffix(".")


def _bare(host: str) -> str:
    return host.removeprefix("www.")


def _same_port(scheme: str, port: int | None, home_scheme: str, home_port: int | None) -> bool:
    """http on 80 and https on 443 are one site; any other port is another site."""
    usual = port in (None, _DEFAULT_PORTS.get(scheme))
    home_usual = home_port in (None, _DEFAULT_PORTS.get(home_scheme))
    return port == home_port or (usual and home_usual)


def _path(path: str, *, drop_index_php: bool, keep_pages: bool) -> str:
    kept: list[str] = []
    for written in path.split("/"):
        segment = _PATH_SESSION.sub("", _spelled(written, _SAFE))
        if segment == "..":
            kept = kept[:-1]
        elif segment not in ("", "."):
            kept.append(segment)
    if drop_index_php and kept[:1] == ["index.php"]:
        kept = kept[1:]
    slash = "/" if kept and path.endswith("/") else ""
    bare = _KPU_RELEASE.sub("", "/" + "/".join(kept))
    while (shorter := _without_ending(bare, keep_pages)) != bare:
        bare = shorter
    return bare + slash


def _without_ending(path: str, keep_pages: bool) -> str:
    """The path without `/amp`, `/print`, `/embed`, if something precedes them."""
    lowered = path.lower()
    for ending in addresses().noise_endings:
        if keep_pages and ending == "/page/1":
            continue
        if lowered.endswith(ending) and len(path) > len(ending):
            return path[: -len(ending)]
    return _COMMENT_PAGE.sub("", path) or path


def _query(query: str, *, keep_pages: bool) -> str:
    """The parameters that count, in their order, each once. A parameter may be a path
    (`index.php?/berita/read/12`), so one without `=` stays so."""
    words = addresses()
    kept: list[str] = []
    for pair in query.split("&"):
        name, equals, value = (
            _spelled(part.replace("+", " "), _SAFE_IN_QUERY) for part in pair.partition("=")
        )
        parameter = f"{name}={value}".lower()
        if not pair or words.is_noise(name) or parameter in words.noise_pairs:
            continue
        if keep_pages or parameter not in words.first_pages:
            kept.append(name + (equals and "=") + value)
    return "&".join(dict.fromkeys(kept))


def _spelled(text: str, safe: str) -> str:
    """Normalises percent-encoding: only what must be encoded is, and é is one letter."""
    raw = unquote_to_bytes(text)
    try:
        return quote(normalize("NFC", raw.decode("utf-8")), safe=safe)
    except UnicodeDecodeError:
        return quote(raw, safe=safe)
