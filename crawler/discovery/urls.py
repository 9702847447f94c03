"""What makes two URLs one release."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

from crawler.discovery.addresses import addresses

_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical(url: str, home: str, *, drop_index_php: bool = False) -> str:
    """The one address of a page: what tracking, session, print and share variants have in common.

    Scheme and www-or-bare host follow `home`, since sites answer under all four. `drop_index_php`
    is for sites known to answer with and without it (the KPU CMS); elsewhere it may be needed.
    A URL that cannot be parsed comes back unchanged.
    """
    try:
        parts = urlsplit(safe_url_string(url.strip()))
        port = parts.port
        home_parts = urlsplit(home)
        home_port = home_parts.port
    except ValueError:
        return url
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    if _bare(host) == _bare((home_parts.hostname or "").lower()) and _same_port(
        scheme, port, home_parts.scheme, home_port
    ):
        scheme, host = home_parts.scheme.lower(), (home_parts.hostname or "").lower()
        port = home_port
    if port == _DEFAULT_PORTS.get(scheme):
        port = None
    netloc = f"{host}:{port}" if port else host
    path = _path(parts.path, drop_index_php)
    return urlunsplit((scheme, netloc, path, _query(parts.query), ""))


def same_site(url: str, home: str) -> bool:
    """Whether a URL is on the source's own host; www or bare, http or https, do not matter."""
    try:
        host, own = urlsplit(url).hostname or "", urlsplit(home).hostname or ""
    except ValueError:
        return False
    return _bare(host.lower()) == _bare(own.lower())


def absolute(base: str, href: str) -> str | None:
    """`href` as a web address, or None where it leads to no page (mailto:, javascript:, broken)."""
    try:
        url = urljoin(base, href.strip())
        parts = urlsplit(url)
        usable = parts.scheme in _DEFAULT_PORTS and bool(parts.hostname)
        _ = parts.port  # raises ValueError for a port that is no number
    except ValueError:
        return None
    return url if usable else None


def _bare(host: str) -> str:
    return host.removeprefix("www.")


def _same_port(scheme: str, port: int | None, home_scheme: str, home_port: int | None) -> bool:
    """http on 80 and https on 443 are one site; any other port is a site of its own."""
    usual = port in (None, _DEFAULT_PORTS.get(scheme))
    home_usual = home_port in (None, _DEFAULT_PORTS.get(home_scheme))
    return port == home_port or (usual and home_usual)


def _path(path: str, drop_index_php: bool) -> str:
    path = "/" + path.lstrip("/")
    if drop_index_php and (path == "/index.php" or path.startswith("/index.php/")):
        path = path.removeprefix("/index.php") or "/"
    bare = path.rstrip("/")
    for ending in addresses().noise_endings:
        if bare.lower().endswith(ending) and len(bare) > len(ending):
            slash = "/" if path.endswith("/") else ""
            return bare[: -len(ending)] + slash
    return path


def _query(query: str) -> str:
    if not query:
        return ""
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([pair for pair in pairs if not addresses().is_noise(pair[0])])
