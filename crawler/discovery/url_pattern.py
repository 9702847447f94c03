"""Learns the form of a site's release URLs from examples."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.discovery.canonical_url import canonical
from crawler.discovery.vocabulary import addresses
from crawler.registry.article_url import PLACEHOLDERS, article_pattern

_NEARLY_ALL = 0.9
_ENDING = re.compile(r"\.(?:html?|php|aspx?|shtml|jsp)$", re.I)
_DATED = re.compile(r"((?:19|20)\d\d)-(\d\d)-(\d\d)([-_])(?=.)")
_ID_FIRST = re.compile(r"\d+([-_:,.]|%3A)(?=.)", re.I)
_ID_LAST = re.compile(r"(.*?\D)\d+$")
_MARK = re.compile(r"[-_.,]+$|_+[a-z]+$", re.I)
"""Between a slug and the number after it: `-`, `__read`."""
_SIGNS = re.compile(r"[\\^$|()\[\]*+{}]")
"""Characters that a template cannot have, since it would be taken for a regular expression."""
_WORDS_OF_A_TITLE = 4
_SHAPES_MAX = 6


@dataclass(frozen=True, slots=True)
class _Shape:
    """The segments of a path, each a literal or with placeholders; and a query, if it counts."""

    segments: tuple[str, ...]
    query: str = ""
    is_regex: bool = False
    """The segments are regular expressions, with placeholders."""

    @property
    def template(self) -> str:
        path = "/" + "/".join(self.segments) + self.query
        return _anchored([path]) if self.is_regex else path

    @property
    def is_numbered(self) -> bool:
        return "{id}" in self.template or "{Y}" in self.template

    @property
    def has_name(self) -> bool:
        """Whether a literal segment distinguishes its releases from the rest of the site."""
        return any("{" not in segment for segment in self.segments)

    def fits(self, url: str) -> bool:
        return article_pattern(self.template).search(url) is not None


def learn_shape(articles: Iterable[str], others: Iterable[str]) -> str | None:
    """A pattern that matches nearly all URLs known to be releases, and not the others. `others`
    are URLs known to be something else, such as those in a menu. The pattern is a template of
    `crawler.registry.article_url` (`/berita/read/{id}/{slug}`), or a regular expression if a
    site has its releases in several places. None if URLs do not distinguish releases: WordPress
    may have all pages under `/{slug}/`."""
    known = _distinct(url for url in articles if _usable(url))
    rest = [url for url in _distinct(others) if url not in set(known)]
    shapes: list[_Shape] = []
    left = known
    while left and len(left) > (1 - _NEARLY_ALL) * len(known):
        similar = _most_alike(left)
        shape = _told_apart(_shape(similar), similar, rest)
        if shape is None or len(shapes) == _SHAPES_MAX:
            return None
        shapes.append(shape)
        left = [url for url in left if not shape.fits(url)]
    return _pattern(shapes) if shapes else None


def _distinct(urls: Iterable[str]) -> list[str]:
    """Each URL once, without campaign and session parameters."""
    return list(dict.fromkeys(canonical(url, url) for url in urls))


def _usable(url: str) -> bool:
    try:
        return (
            bool(urlsplit(url).hostname)
            and not addresses().never_a_release(url)
            and not _SIGNS.search(url)
        )
    except ValueError:
        return False


def _most_alike(urls: Sequence[str]) -> list[str]:
    """The URLs of the most frequent kind."""
    commonest = Counter(map(_kind, urls)).most_common(1)[0][0]
    return [url for url in urls if _kind(url) == commonest]


def _kind(url: str) -> tuple[object, ...]:
    """What URLs of one kind have in common: which segments are numbers, which parameters."""
    parts = urlsplit(url)
    segments = _segments(parts.path)
    numbers = tuple(segment.isdecimal() for segment in segments)
    if _by_query(url):
        return (*segments, tuple(name for name, _ in _parameters(parts.query)))
    return numbers


def _by_query(url: str) -> bool:
    """Whether the query identifies a page: `/?p=2720`, `/berita.php?id=12`."""
    parts = urlsplit(url)
    segments = _segments(parts.path)
    script = not segments or (len(segments) == 1 and _ENDING.search(segments[0]) is not None)
    return script and any(_NUMBER.match(value) for _, value in _parameters(parts.query))


_NUMBER = re.compile(r"\d+(?=$|[:-])")


def _segments(path: str) -> list[str]:
    path = re.sub(r"^/index\.php(?=/|$)", "", path)
    return [segment for segment in path.split("/") if segment]


def _parameters(query: str) -> list[tuple[str, str]]:
    """Parameters as written, since a template is compared with the URL as written."""
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return [(name, value) for name, _, value in pairs if not addresses().is_noise(name)]


def _shape(urls: Sequence[str]) -> _Shape:
    """What the URLs of one kind have in common."""
    if _by_query(urls[0]):
        return _Shape((urlsplit(urls[0]).path.strip("/"),), "?" + _common_query(urls))
    rows = [_segments(urlsplit(url).path) for url in urls]
    columns = list(zip(*rows, strict=True))
    segments: list[str] = []
    for position, column in enumerate(columns):
        last = position == len(columns) - 1
        segments.append(_dated(columns, position) or _segment(column, last=last))
    for position in range(1, len(segments) - 1):
        # /read/7/berita-kota/1661: the name of a category next to its number.
        if (
            segments[position - 1] == segments[position + 1] == "{id}"
            and "{" not in segments[position]
        ):
            segments[position] = "{cat}"
    return _Shape(tuple(segments))


def _common_query(urls: Sequence[str]) -> str:
    """The parameters up to the one that identifies the release."""
    rows = [_parameters(urlsplit(url).query) for url in urls]
    parameters: list[str] = []
    for column in zip(*rows, strict=True):
        values = [value for _, value in column]
        name = column[0][0]
        if all(map(_NUMBER.match, values)) and (len(set(values)) > 1 or len(urls) == 1):
            return "&".join([*parameters, f"{name}={_stem(values)}"])
        parameters.append(f"{name}={values[0]}" if len(set(values)) == 1 else f"{name}={{slug}}")
    return "&".join(parameters)


def _dated(columns: Sequence[Sequence[str]], position: int) -> str | None:
    """`{Y}`, `{m}` or `{d}` if a path has year, month, day."""
    for name, before in (("Y", 0), ("m", 1), ("d", 2)):
        start = position - before
        if start < 0:
            continue
        trail = columns[start : position + 1]
        if name == "Y":
            trail = columns[position : position + 2]  # a year alone is an ordinary number
        if len(trail) == max(2, before + 1) and all(
            re.fullmatch(PLACEHOLDERS[which], value)
            for which, column in zip("Ymd", trail, strict=False)
            for value in column
        ):
            return f"{{{name}}}"
    return None


def _segment(column: Sequence[str], *, last: bool) -> str:
    """One segment: a literal, a number, the name of a section, or a slug."""
    common, count = Counter(column).most_common(1)[0]
    if all(value.isdecimal() for value in column):
        return "{id}"
    if not last and count >= _NEARLY_ALL * len(column):
        return common
    ending = Counter(
        match[0] if (match := _ENDING.search(value)) else "" for value in column
    ).most_common(1)[0][0]
    stems = [value.removesuffix(ending) for value in column]
    if not last and not ending and _stem(stems) == "{slug}":
        return "{cat}" if 2 * len(set(column)) <= len(column) else "{slug}"
    return _stem(stems) + ending


def _stem(stems: Sequence[str]) -> str:
    if all(stem.isdecimal() for stem in stems):
        return "{id}"
    dated = [match[4] for stem in stems if (match := _DATED.match(stem))]
    if len(dated) == len(stems):
        return "{Y}-{m}-{d}" + dated[0] + "{slug}"
    if mark := _shared(_ID_FIRST, stems):
        return "{id}" + mark + "{slug}"
    heads = [match[1] for stem in stems if (match := _ID_LAST.match(stem))]
    if len(heads) >= _NEARLY_ALL * len(stems):
        if len(stems) > 1 and len(set(heads)) == 1:
            return heads[0] + "{id}"
        marks = {match[0] if (match := _MARK.search(head)) else None for head in heads}
        if len(marks) == 1 and (mark := marks.pop()):
            return "{slug}" + mark + "{id}"
    return "{slug}"


def _shared(pattern: re.Pattern[str], stems: Sequence[str]) -> str | None:
    """What nearly all stems have after their number."""
    marks = Counter(match[1] for stem in stems if (match := pattern.match(stem)))
    mark, count = marks.most_common(1)[0] if marks else ("", 0)
    return mark if count >= _NEARLY_ALL * len(stems) else None


def _told_apart(shape: _Shape, articles: Sequence[str], others: Sequence[str]) -> _Shape | None:
    """The shape, or a narrower one, that does not match the others; None if there is none."""
    for narrower in (shape, _by_seen_sections(shape, articles), _with_hyphen(shape)):
        if narrower is None:
            continue
        fits = sum(map(narrower.fits, articles))
        if fits >= _NEARLY_ALL * len(articles) and not _refuted(narrower, others):
            return narrower
    return None


def _refuted(shape: _Shape, others: Sequence[str]) -> bool:
    """Whether others match a shape too. A sidebar may link to releases, so a few others that
    match a shape with numbers, or look like a title in the section of the releases, confirm it."""
    if not shape.is_numbered and not shape.has_name and not others:
        return True  # /{slug} matches everything, and there was nothing to test it on
    fitting = [url for url in others if shape.fits(url)]
    if shape.is_numbered:
        return 2 * len(fitting) > len(others)
    if not shape.has_name:
        return bool(fitting)
    short = [url for url in fitting if _words(url) < _WORDS_OF_A_TITLE]
    return bool(short) or 2 * len(fitting) > max(len(others), 1)


def _words(url: str) -> int:
    return len(re.findall(r"[^\W_]+", urlsplit(url).path.rstrip("/").rpartition("/")[2]))


def _by_seen_sections(shape: _Shape, articles: Sequence[str]) -> _Shape | None:
    """`{cat}` as the sections seen, if they are few: `(?:berita|siaran-pers)`."""
    if "{cat}" not in shape.segments:
        return None
    segments = list(shape.segments)
    for position, segment in enumerate(segments):
        if segment == "{cat}":
            seen = Counter(_segments(urlsplit(url).path)[position] for url in articles)
            if len(seen) > 9:
                return None
            segments[position] = "(?:" + "|".join(map(re.escape, seen)) + ")"
    return _Shape(tuple(segments), is_regex=True)


def _with_hyphen(shape: _Shape) -> _Shape | None:
    """A slug of several words, if a section also has pages with one word: `/berita/indeks`."""
    if not shape.has_name or shape.segments[-1:] != ("{slug}",):
        return None
    return _Shape((*shape.segments[:-1], "{slug}-{slug}"))


def _anchored(paths: Sequence[str]) -> str:
    path = paths[0] if len(paths) == 1 else f"(?:{'|'.join(paths)})"
    return rf"^https?://[^/?#]+(?:/index\.php)?{path}/?(?:[?#].*)?$"


def _pattern(shapes: Sequence[_Shape]) -> str:
    """One shape as its template; of several, a regular expression that matches any of them."""
    if len(shapes) == 1:
        return shapes[0].template
    return _anchored([_as_regex(shape) for shape in shapes])


def _as_regex(shape: _Shape) -> str:
    if shape.is_regex:
        return "/" + "/".join(shape.segments)
    pieces = re.split(r"(\{[A-Za-z]+\})", shape.template)
    return "".join(piece if piece.startswith("{") else re.escape(piece) for piece in pieces)
