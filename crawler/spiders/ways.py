"""How each kind of way is walked. Each walk returns None at its end, or why it led nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from scrapy.http import Response, TextResponse

from crawler.discovery.feed import Entry, next_feed_page, read_feed
from crawler.discovery.judging import make_of
from crawler.discovery.links import links
from crawler.discovery.plan import Entrance, found_beside, usual_sitemaps
from crawler.discovery.seed_page import HomePage, SeedPage, read_home, read_seed_page
from crawler.discovery.sitemap import Sitemap, kind_of_sitemap, read_sitemap
from crawler.discovery.wordpress import (
    Post,
    posts_modified_after,
    posts_page,
    read_posts,
    read_types,
    types_page,
)
from crawler.items import Hint
from crawler.spiders.agenda import Named, overlap
from crawler.spiders.answers import Miss, header
from crawler.spiders.list_search import ListSearch
from crawler.spiders.walks import SEEN_ENOUGH, Listed, Walk, Walks, Way, listed

T = TypeVar("T")

# A list's page may hold only known releases because new ones pushed it on while it was walked.
_BARREN_PAGES = 2
_SITEMAPS_MAX = 200
# Sitemaps in a row that hold nothing: the rest is no better.
_FRUITLESS_MAX = 3
_SITEMAP_GUESSES = 2
_BESIDE_MAX = 40
_NOT_POSTS = ("lists", "media", "pages")


async def walk_home(walks: Walks, way: Way) -> Miss | None:
    """A home page: the ways it names, then its own stories and older pages."""
    answer = await walks.ask(way)
    if isinstance(answer, Miss):
        return answer
    if answer.status == 304:
        return None
    read = await walks.parse(
        read_home, _text(answer), answer.url, way.url, walks.source, header(answer, "Link")
    )
    if isinstance(read, Miss):
        return read
    walks.spider.tally.site_name = read.site_name
    await walks.note_elsewhere(read.elsewhere)
    if read.article and walks.spider.source.article is None:
        walks.spider.article = read.article
    page = read.page
    walks.beside.update(link.url for link in page.links)
    if walks.agenda.full:
        for entrance in _named_at_home(walks, read):
            await walks.walk(entrance)
        if not walks.spider.sitemaps:
            await _try_sitemaps(walks, answer.url)
    if page.older and (miss := await _turn_pages(walks, way, page)):
        return miss
    if walks.agenda.full:
        await _look_further(walks, way, answer, page)
    linked = [story for story in page.stories if not story.made]
    stories = await walks.names(way, map(listed, linked))
    for named in stories:
        walks.mention(way, named)
    if walks.agenda.full or walks.may_have_gaps(stories):
        await _follow_archives(walks, way, page)
    walks.spider.tally.needs_javascript = read.is_shell and not walks.agenda.named
    return None


async def _look_further(walks: Walks, way: Way, answer: Response, page: SeedPage) -> None:
    """Beyond what the home page calls news: archives, then other pages by what they hold."""
    if not walks.agenda.named and not page.archives:
        await _walk_beside(walks, page)
    search = ListSearch(walks, way, answer, page)
    await (search.supplement() if walks.agenda.named else search.find())


def _named_at_home(walks: Walks, home: HomePage) -> list[Entrance]:
    """What knows most first: REST, then lists, feeds, and the sitemaps that robots.txt names."""
    lists = [entrance for entrance in home.entrances if entrance.way == "listing"]
    feeds = [entrance for entrance in home.entrances if entrance.way != "listing"]
    sitemaps = [Entrance("sitemap", url, "robots.txt names it") for url in walks.spider.sitemaps]
    rest = [Entrance("rest", url, "WordPress answers there") for url in home.rest]
    return [*rest, *lists, *feeds, *sitemaps]


async def _try_sitemaps(walks: Walks, home: str) -> None:
    """Where robots.txt names no sitemap: the likeliest addresses, until one answers."""
    for url in usual_sitemaps(home)[:_SITEMAP_GUESSES]:
        await walks.walk(Entrance("sitemap", url, "where sitemaps usually are"))
        if walks.has_ended(url):
            break


async def _walk_beside(walks: Walks, home: SeedPage) -> None:
    """Where a home page names no way: archives of authors and categories, to which it or one of
    its stories links."""
    beside = list(home.links)
    if home.stories:
        answer = await walks.get(home.stories[0].url)
        if not isinstance(answer, Miss):
            its_links = await walks.parse(links, _text(answer), answer.url)
            beside += _or_none(walks, its_links, answer.url)
    found = await walks.parse(found_beside, beside, walks.spider.source)
    for entrance in _or_none(walks, found, walks.spider.source.home)[:_BESIDE_MAX]:
        await walks.walk(entrance)


def _or_none(walks: Walks, read: list[T] | Miss, url: str) -> list[T]:
    """Content of a page that is not a seed; a failure to read it is reported."""
    if not isinstance(read, Miss):
        return read
    walks.spider.tally.limits.append(f"{url}: {read.detail}")
    return []


async def walk_listing(walks: Walks, way: Way) -> Miss | None:
    """A list of releases, from its first page towards older ones."""
    answer = await walks.ask(way)
    if isinstance(answer, Miss):
        return answer
    if answer.status == 304:
        return None
    page = await _read(walks, way, answer)
    if isinstance(page, Miss):
        return page
    miss = await _turn_pages(walks, way, page)
    if miss is None and page.older is None:
        stories = await walks.names(way, map(listed, page.stories))
        if walks.agenda.full or walks.may_have_gaps(stories):
            await _follow_archives(walks, way, page)
    return miss


async def _follow_archives(walks: Walks, way: Way, page: SeedPage) -> None:
    """Pages by year or month, to which a list links, belong to it. Where the oldest of them names
    nothing new, or on an ordinary day the newest, the others are known too."""
    makes = walks.believed | walks.agenda.makes_held | walks.agenda.makes_shown
    oldest_first = [*page.archives[-1:], *page.archives[:-1]]
    for url in oldest_first if walks.agenda.full else page.archives:
        if url in walks.followed:
            continue
        walks.followed.add(url)
        answer = await walks.get(url)
        if isinstance(answer, Miss):
            continue
        first = await walks.parse(read_seed_page, _text(answer), answer.url, url, walks.source)
        if isinstance(first, Miss):
            continue
        if not first.stories:  # one story alone may not be known as one
            alike = (link.url for link in first.links if make_of(link.url) in makes)
            first = replace(first, likely=tuple(alike))
        named = await _on_list(walks, way, first)
        news = walks.brings_news(way, {one.url for one in named if make_of(one.url) in makes})
        if not news and (not walks.agenda.full or url == page.archives[-1]):
            return
        await _turn_pages(walks, way, first, start=url)


async def _read(walks: Walks, way: Way, answer: Response) -> SeedPage | Miss:
    return await walks.parse(read_seed_page, _text(answer), answer.url, way.url, walks.source)


async def _turn_pages(
    walks: Walks, way: Way, page: SeedPage, start: str | None = None
) -> Miss | None:
    """A list from this page towards older ones; `start` is its first page's address."""
    limit = walks.spider.crawler.settings.getint("LISTING_PAGES_MAX")
    own: set[str] = set()
    barren = 0
    for _ in range(limit):
        named = await _on_list(walks, way, page)
        urls = {one.url for one in named}
        news = walks.brings_news(way, urls)
        await walks.name(way, named)
        barren = 0 if urls - own else barren + 1
        own |= urls
        if page.older is None or barren >= _BARREN_PAGES or not (news or walks.may_go_on()):
            return None
        answer = await walks.get(page.older)
        if isinstance(answer, Miss):
            return None if answer.absent or answer is SEEN_ENOUGH else answer
        further = await walks.parse(
            read_seed_page, _text(answer), answer.url, start or way.url, walks.source
        )
        if isinstance(further, Miss):
            return further
        page = further
    walks.spider.tally.limits.append(f"{way.url} has over {limit} pages; the rest was left.")
    return None


async def _on_list(walks: Walks, way: Way, page: SeedPage) -> list[Named]:
    """The stories of a list's page; where none are recognised, links made like a release's."""
    named = await walks.names(way, map(listed, page.stories))
    return named or await walks.names(way, map(Listed, page.likely))


async def walk_feed(walks: Walks, way: Way) -> Miss | None:
    """A feed, and its older pages where WordPress serves them; others answer with the same one."""
    answer = await walks.ask(way)
    own: set[str] = set()
    while not isinstance(answer, Miss) and answer.status != 304:
        entries = await walks.parse(read_feed, answer.body, answer.url)
        if isinstance(entries, Miss):
            return entries
        if not entries and not own:
            return Miss("no-feed", "The answer is no feed, or an empty one.")
        named = await walks.names(way, _listed_entries(entries))
        urls = {one.url for one in named}
        news = walks.brings_news(way, urls)
        await walks.name(way, named)
        if not news or urls <= own:
            return None
        own |= urls
        older = await walks.parse(next_feed_page, answer.url, answer.body)
        answer = older if isinstance(older, Miss) else await walks.get(older)
    if isinstance(answer, Miss) and (not own or answer.trouble):
        return answer
    return None  # past its last page WordPress answers 404 or 400


def _listed_entries(entries: Iterable[Entry]) -> Iterable[Listed]:
    for entry in entries:
        hint = Hint(evidence="feed", title=entry.title, published=entry.published)
        yield Listed(entry.url, hint, entry.shown)


async def walk_sitemap(walks: Walks, way: Way) -> Miss | None:
    """A sitemap and those it names. What most of their addresses are, only their make tells."""
    waiting = [way.url]
    fruitless = 0
    for number in range(_SITEMAPS_MAX):
        if not waiting or fruitless >= _FRUITLESS_MAX:
            return None
        url = waiting.pop(0)
        answer = await (walks.ask(way) if number == 0 else walks.get(url))
        if isinstance(answer, Miss):
            if number == 0 or answer.trouble:
                return answer
            fruitless += 1
            continue
        if answer.status == 304:
            return None
        sitemap = await walks.parse(read_sitemap, answer.body, answer.url)
        if isinstance(sitemap, Miss):
            return sitemap
        found = bool(sitemap.entries or sitemap.children)
        if number == 0 and not found:
            return Miss("no-sitemap", "The answer is no sitemap, or an empty one.")
        fruitless = 0 if found else fruitless + 1
        waiting += _children(walks, sitemap)
        await _listed(walks, way, url, sitemap)
    return None


def _children(walks: Walks, sitemap: Sitemap) -> list[str]:
    """The sitemaps that may name releases. Those called so first: static generators name all
    their feeds, 150 of them, as if they were sitemaps."""
    own = [
        child
        for child in sitemap.sitemaps
        if walks.spider.source.owns(child) and kind_of_sitemap(child) not in _NOT_POSTS
    ]
    return sorted(own, key=lambda child: "sitemap" not in child.rpartition("/")[2].lower())


async def _listed(walks: Walks, way: Way, url: str, sitemap: Sitemap) -> None:
    dated = sitemap.dates_its_pages
    listed = (
        Listed(entry.url, _news(entry.title, entry.published), entry.lastmod if dated else None)
        for entry in sitemap.entries
    )
    named = await walks.names(way, listed)
    if kind_of_sitemap(url) == "posts":
        await walks.name(way, named)
    else:
        for one in named:
            walks.mention(way, one)


def _news(title: str | None, published: str | None) -> Hint | None:
    if title is None and published is None:
        return None
    return Hint(evidence="sitemap", title=title, published=published)


async def walk_rest(walks: Walks, way: Way) -> Miss | None:
    """WordPress's REST interface: all posts, or those modified since the last walk. Themes keep
    news in types of posts of their own; the first walk and the deep ones ask for those too."""
    miss = await _posts(walks, way, "posts")
    if miss is None and walks.agenda.full:
        answer = await walks.get(types_page(way.url))
        if not isinstance(answer, Miss):
            types = await walks.parse(read_types, answer.body)
            for kind in _or_none(walks, types, answer.url):
                await _posts(walks, way, kind)
    return miss


async def _posts(walks: Walks, way: Way, kind: str) -> Miss | None:
    agenda = walks.agenda
    since = None if agenda.full else overlap(agenda.now, way.walked_at)
    number, pages = 0, 1
    while number < pages:
        number += 1
        if since:
            question = posts_modified_after(way.url, since, number, kind=kind)
        else:
            question = posts_page(way.url, number, kind=kind)
        answer = await walks.get(question)
        if answer is SEEN_ENOUGH and number > 1:
            return None
        if isinstance(answer, Miss):
            return answer
        told = (header(answer, "X-WP-Total"), header(answer, "X-WP-TotalPages"))
        posts = await walks.parse(read_posts, answer.body, answer.url, total=told[0], pages=told[1])
        if isinstance(posts, Miss):
            return posts
        if posts is None:
            return Miss("no-rest", "The answer holds no posts.")
        await walks.name(way, await walks.names(way, map(_listed_post, posts.posts)))
        pages = posts.pages or 1
    return None


def _listed_post(post: Post) -> Listed:
    hint = Hint(evidence="rest", title=post.title, published=post.published)
    return Listed(post.url, hint, post.modified.isoformat() if post.modified else None)


def _text(answer: Response) -> str:
    return answer.text if isinstance(answer, TextResponse) else ""


WALKS: dict[str, Walk] = {
    "home": walk_home,
    "listing": walk_listing,
    "feed": walk_feed,
    "sitemap": walk_sitemap,
    "rest": walk_rest,
}
