"""Parses a seed page once: its stories, its links, and further seeds.

Runs in a worker process, since a page of 40,000 links takes seconds. The result has everything
the crawl needs to know.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.discovery.date_archives import archives
from crawler.discovery.embedded_listing import page_in_data
from crawler.discovery.links import Link, links_away
from crawler.discovery.listing import Page, Story, page_of
from crawler.discovery.pagination import older_page
from crawler.discovery.release_url import is_release
from crawler.discovery.script_only import is_shell
from crawler.discovery.seeds import Seed, found_at_home, told_article
from crawler.discovery.undeclared_hosts import lists_elsewhere
from crawler.discovery.wordpress import rest_roots_of
from crawler.markup.html import TooLarge, parse_html, squash
from crawler.registry.source import Source

ELEMENTS_MAX = 200_000
"""Maximum number of elements of a page; the longest lists seen have some 3,000."""


@dataclass(frozen=True, slots=True)
class SeedPage:
    """A list's page, or a home page."""

    stories: tuple[Story, ...] = ()
    links: tuple[Link, ...] = ()
    """Links other than those to the stories."""
    older: str | None = None
    """The next page of the list, towards older releases."""
    archives: tuple[str, ...] = ()
    """Archives by year or month that continue the list, the newest first."""
    likely: tuple[str, ...] = ()
    """URLs among `links` that have the form of a release's."""


@dataclass(frozen=True, slots=True)
class HomePage:
    """A home page, and the seeds it names."""

    page: SeedPage = SeedPage()
    site_name: str | None = None
    rest: tuple[str, ...] = ()
    """Possible URLs of WordPress's REST interface, the likeliest first."""
    seeds: tuple[Seed, ...] = ()
    """Its lists and feeds."""
    article: str | None = None
    """The form of releases' URLs, if the links show which CMS it is."""
    elsewhere: tuple[str, ...] = ()
    """Lists of news on hosts that the source does not declare."""
    is_shell: bool = False
    """Whether it shows nothing without JavaScript."""


def read_seed_page(body: str, url: str, start: str, source: Source) -> SeedPage:
    """Reads a page of the list that begins at `start`; `body` is decoded HTML of any quality.

    Raises `TooLarge` for more than ELEMENTS_MAX elements.
    """
    tree = _tree(body)
    return SeedPage() if tree is None else _seed_page(tree, url, start, source)


def read_home(
    body: str, url: str, start: str, source: Source, link_header: str | None = None
) -> HomePage:
    """Reads a home page as `read_seed_page` does, and the seeds it names."""
    tree = _tree(body)
    if tree is None:
        return HomePage(rest=tuple(rest_roots_of(None, url, link_header)))
    page = _seed_page(tree, url, start, source)
    return HomePage(
        page=page,
        site_name=_site_name(tree),
        rest=tuple(rest_roots_of(tree, url, link_header)),
        seeds=tuple(found_at_home(page.links, source)),
        article=told_article(page.links),
        elsewhere=tuple(lists_elsewhere(links_away(tree, url), source)),
        is_shell=is_shell(tree, url),
    )


def _tree(body: str) -> HtmlElement | None:
    tree = parse_html(body)
    if tree is not None and tree.xpath("count(//*)") > ELEMENTS_MAX:
        raise TooLarge(f"The page has more than {ELEMENTS_MAX:,} elements.")
    return tree


def _seed_page(tree: HtmlElement, url: str, start: str, source: Source) -> SeedPage:
    page: Page = page_of(tree, url)
    likely = (link.url for link in page.links if is_release(link.url, source))
    return SeedPage(
        stories=page.stories,
        links=page.links,
        older=older_page(page.links, url, start) or page_in_data(page.pages, url),
        archives=tuple(archives(page.links, url)),
        likely=tuple(dict.fromkeys(likely)),
    )


def _site_name(tree: HtmlElement) -> str | None:
    declared = tree.xpath("string((//meta[@property='og:site_name']/@content)[1])")
    name = declared or tree.xpath("string((//title/text())[1])")
    return squash(str(name)) or None
