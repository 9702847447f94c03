"""How each kind of way is walked. Each walk returns None at its end, or why it led nowhere."""

from __future__ import annotations

from scrapy.http import Response, TextResponse

from crawler.discovery.feed import next_feed_page, read_feed
from crawler.discovery.links import links
from crawler.discovery.listing import older_page
from crawler.discovery.plan import Entrance, found_at_home, found_beside, usual_sitemaps
from crawler.discovery.sitemap import Sitemap, kind_of_sitemap, read_sitemap
from crawler.discovery.stories import Page, read_page
from crawler.discovery.wordpress import (
    posts_modified_after,
    posts_page,
    read_posts,
    read_types,
    rest_roots,
    types_page,
)
from crawler.items import Hint
from crawler.spiders.agenda import Named, overlap
from crawler.spiders.answers import Miss, header
from crawler.spiders.walks import Walk, Walks, Way

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
    walks.spider.tally.site_name = _site_name(answer)
    page = _page(answer)
    walks.beside.update(link.url for link in page.links)
    if walks.agenda.full:
        for entrance in _named_at_home(walks, answer, page):
            await walks.walk(entrance)
        if not walks.spider.sitemaps:
            await _try_sitemaps(walks, answer.url)
    if older_page(list(page.links), answer.url, way.url):
        return await _pages(walks, way, answer)
    if walks.agenda.full and not walks.agenda.named:
        await _walk_beside(walks, page)
    for story in page.stories:
        hint = Hint(evidence="listing", title=story.title, published=story.published)
        if named := walks.named(story.url, hint, story.shown):
            walks.mention(way, named)
    return None


def _named_at_home(walks: Walks, answer: Response, page: Page) -> list[Entrance]:
    """What knows most first: REST, then lists, feeds, and the sitemaps that robots.txt names."""
    roots = rest_roots(_text(answer), answer.url, header(answer, "Link"))
    further = found_at_home(list(page.links), walks.spider.source)
    lists = [entrance for entrance in further if entrance.way == "listing"]
    feeds = [entrance for entrance in further if entrance.way != "listing"]
    sitemaps = [Entrance("sitemap", url) for url in walks.spider.sitemaps]
    return [*(Entrance("rest", url) for url in roots), *lists, *feeds, *sitemaps]


async def _try_sitemaps(walks: Walks, home: str) -> None:
    """Where robots.txt names no sitemap: the likeliest addresses, until one answers."""
    for url in usual_sitemaps(home)[:_SITEMAP_GUESSES]:
        await walks.walk(Entrance("sitemap", url))
        if walks.has_ended(url):
            break


async def _walk_beside(walks: Walks, home: Page) -> None:
    """Where a home page names no way: archives of authors, categories and months, to which it or
    one of its stories links."""
    beside = list(home.links)
    if home.stories:
        answer = await walks.get(home.stories[0].url)
        if not isinstance(answer, Miss):
            beside += links(_text(answer), answer.url)
    for entrance in found_beside(beside, walks.spider.source)[:_BESIDE_MAX]:
        await walks.walk(entrance)


async def walk_listing(walks: Walks, way: Way) -> Miss | None:
    """A list of releases, from its first page towards older ones."""
    answer = await walks.ask(way)
    if isinstance(answer, Miss):
        return answer
    return None if answer.status == 304 else await _pages(walks, way, answer)


async def _pages(walks: Walks, way: Way, answer: Response) -> Miss | None:
    limit = walks.spider.crawler.settings.getint("LISTING_PAGES_MAX")
    own: set[str] = set()
    barren = 0
    for _ in range(limit):
        page = _page(answer)
        named = _on_list(walks, page)
        urls = {one.url for one in named}
        news = walks.brings_news(way, urls)
        await walks.name(way, named)
        barren = 0 if urls - own else barren + 1
        own |= urls
        older = older_page(list(page.links), answer.url, way.url)
        if older is None or barren >= _BARREN_PAGES or not (news or walks.may_go_on()):
            return None
        further = await walks.get(older)
        if isinstance(further, Miss):
            return None if further.absent else further
        answer = further
    walks.spider.tally.limits.append(f"{way.url} has over {limit} pages; the rest was left.")
    return None


def _on_list(walks: Walks, page: Page) -> list[Named]:
    """The stories of a list's page; where none are recognised, links made like a release's."""
    named = [
        walks.named(
            story.url,
            Hint(evidence="listing", title=story.title, published=story.published),
            story.shown,
        )
        for story in page.stories
    ]
    if not any(named):
        named = [walks.named(link.url) for link in page.links if walks.is_release(link.url)]
    return [one for one in named if one is not None]


async def walk_feed(walks: Walks, way: Way) -> Miss | None:
    """A feed, and its older pages where WordPress serves them; others answer with the same one."""
    answer = await walks.ask(way)
    own: set[str] = set()
    while not isinstance(answer, Miss) and answer.status != 304:
        named = []
        entries = read_feed(answer.body, answer.url)
        if not entries and not own:
            return Miss("no-feed", "The answer is no feed, or an empty one.")
        for entry in entries:
            hint = Hint(evidence="feed", title=entry.title, published=entry.published)
            named.append(walks.named(entry.url, hint, entry.shown))
        likely = [one for one in named if one is not None]
        urls = {one.url for one in likely}
        news = walks.brings_news(way, urls)
        await walks.name(way, likely)
        if not news or urls <= own:
            return None
        own |= urls
        answer = await walks.get(next_feed_page(answer.url))
    if isinstance(answer, Miss) and (not own or answer.trouble):
        return answer
    return None  # past its last page WordPress answers 404 or 400


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
        sitemap = read_sitemap(answer.body, answer.url)
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
    listed = [
        walks.named(
            entry.url, _news(entry.title, entry.published), entry.lastmod if dated else None
        )
        for entry in sitemap.entries
    ]
    named = [one for one in listed if one is not None]
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
        for kind in read_types(answer.body) if not isinstance(answer, Miss) else ():
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
        if isinstance(answer, Miss):
            return answer
        told = (header(answer, "X-WP-Total"), header(answer, "X-WP-TotalPages"))
        posts = read_posts(answer.body, answer.url, total=told[0], pages=told[1])
        if posts is None:
            return Miss("no-rest", "The answer holds no posts.")
        listed = [
            walks.named(
                post.url,
                Hint(evidence="rest", title=post.title, published=post.published),
                post.modified.isoformat() if post.modified else None,
            )
            for post in posts.posts
        ]
        await walks.name(way, [one for one in listed if one is not None])
        pages = posts.pages or 1
    return None


def _site_name(answer: Response) -> str | None:
    if not isinstance(answer, TextResponse):
        return None
    declared = answer.xpath("//meta[@property='og:site_name']/@content").get()
    name = declared or answer.xpath("//title/text()").get() or ""
    return " ".join(name.split()) or None


def _page(answer: Response) -> Page:
    return read_page(_text(answer), answer.url)


def _text(answer: Response) -> str:
    return answer.text if isinstance(answer, TextResponse) else ""


WALKS: dict[str, Walk] = {
    "home": walk_home,
    "listing": walk_listing,
    "feed": walk_feed,
    "sitemap": walk_sitemap,
    "rest": walk_rest,
}
