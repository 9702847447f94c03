"""How each kind of seed is followed. Each function returns None at its end, or why it failed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from scrapy.http import Response, TextResponse

from crawler.crawl.list_search import ListSearch
from crawler.crawl.plan import Named, overlap
from crawler.crawl.seed_walker import SEEN_ENOUGH, Listed, SeedVisit, SeedWalker, Walk, listed
from crawler.discovery.feed import Entry, next_feed_page, read_feed
from crawler.discovery.links import links
from crawler.discovery.listing_evidence import make_of
from crawler.discovery.seed_page import HomePage, SeedPage, read_home, read_seed_page
from crawler.discovery.seeds import Seed, found_beside, usual_sitemaps
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
from crawler.responses.failure import FetchFailure, header

T = TypeVar("T")

# A list's page may hold only known releases because new ones pushed it on while it was walked.
_BARREN_PAGES = 2
_SITEMAPS_MAX = 200
# Sitemaps in a row that hold nothing: the rest is no better.
_FRUITLESS_MAX = 3
_SITEMAP_GUESSES = 2
_BESIDE_MAX = 40
_NOT_POSTS = ("lists", "media", "pages")


async def walk_home(walker: SeedWalker, visit: SeedVisit) -> FetchFailure | None:
    """A home page: the seeds it names, then its own stories and older pages."""
    answer = await walker.ask(visit)
    if isinstance(answer, FetchFailure):
        return answer
    if answer.status == 304:
        return None
    read = await walker.parse(
        read_home, _text(answer), answer.url, visit.url, walker.source, header(answer, "Link")
    )
    if isinstance(read, FetchFailure):
        return read
    walker.context.stats.site_name = read.site_name
    await walker.note_elsewhere(read.elsewhere)
    if read.article and walker.context.source.article is None:
        walker.context.article = read.article
    page = read.page
    walker.beside.update(link.url for link in page.links)
    if walker.plan.full:
        for seed in _named_at_home(walker, read):
            await walker.walk(seed)
        if not walker.context.sitemaps:
            await _try_sitemaps(walker, answer.url)
    if page.older and (failure := await _turn_pages(walker, visit, page)):
        return failure
    if walker.plan.full:
        await _look_further(walker, visit, answer, page)
    linked = [story for story in page.stories if not story.made]
    stories = await walker.names(visit, map(listed, linked))
    for named in stories:
        walker.mention(visit, named)
    if walker.plan.full or walker.may_have_gaps(stories):
        await _follow_archives(walker, visit, page)
    walker.context.stats.needs_javascript = read.is_shell and not walker.plan.named
    return None


async def _look_further(
    walker: SeedWalker, visit: SeedVisit, answer: Response, page: SeedPage
) -> None:
    """Beyond what the home page calls news: archives, then other pages by their content."""
    if not walker.plan.named and not page.archives:
        await _walk_beside(walker, page)
    search = ListSearch(walker, visit, answer, page)
    await (search.supplement() if walker.plan.named else search.find())


def _named_at_home(walker: SeedWalker, home: HomePage) -> list[Seed]:
    """The most complete first: REST, then lists, feeds, and the sitemaps that robots.txt names."""
    lists = [seed for seed in home.seeds if seed.kind == "listing"]
    feeds = [seed for seed in home.seeds if seed.kind != "listing"]
    sitemaps = [Seed("sitemap", url, "robots.txt names it") for url in walker.context.sitemaps]
    rest = [Seed("rest", url, "WordPress answers there") for url in home.rest]
    return [*rest, *lists, *feeds, *sitemaps]


async def _try_sitemaps(walker: SeedWalker, home: str) -> None:
    """If robots.txt names no sitemap: the usual URLs, until one answers."""
    for url in usual_sitemaps(home)[:_SITEMAP_GUESSES]:
        await walker.walk(Seed("sitemap", url, "where sitemaps usually are"))
        if walker.has_ended(url):
            break


async def _walk_beside(walker: SeedWalker, home: SeedPage) -> None:
    """If a home page names no seed: archives of authors and categories, to which it or one of
    its stories links."""
    beside = list(home.links)
    if home.stories:
        answer = await walker.get(home.stories[0].url)
        if not isinstance(answer, FetchFailure):
            its_links = await walker.parse(links, _text(answer), answer.url)
            beside += _or_none(walker, its_links, answer.url)
    seeds = await walker.parse(found_beside, beside, walker.context.source)
    for seed in _or_none(walker, seeds, walker.context.source.home)[:_BESIDE_MAX]:
        await walker.walk(seed)


def _or_none(walker: SeedWalker, read: list[T] | FetchFailure, url: str) -> list[T]:
    """Content of a page that is not a seed; a failure to read it is reported."""
    if not isinstance(read, FetchFailure):
        return read
    walker.context.stats.limits.append(f"{url}: {read.detail}")
    return []


async def walk_listing(walker: SeedWalker, visit: SeedVisit) -> FetchFailure | None:
    """A list of releases, from its first page towards older ones."""
    answer = await walker.ask(visit)
    if isinstance(answer, FetchFailure):
        return answer
    if answer.status == 304:
        return None
    page = await _read(walker, visit, answer)
    if isinstance(page, FetchFailure):
        return page
    failure = await _turn_pages(walker, visit, page)
    if failure is None and page.older is None:
        stories = await walker.names(visit, map(listed, page.stories))
        if walker.plan.full or walker.may_have_gaps(stories):
            await _follow_archives(walker, visit, page)
    return failure


async def _follow_archives(walker: SeedWalker, visit: SeedVisit, page: SeedPage) -> None:
    """Pages by year or month, to which a list links, belong to it. Where the oldest of them names
    nothing new, or on an ordinary day the newest, the others are known too."""
    makes = walker.believed | walker.plan.makes_held | walker.plan.makes_shown
    oldest_first = [*page.archives[-1:], *page.archives[:-1]]
    for url in oldest_first if walker.plan.full else page.archives:
        if url in walker.followed:
            continue
        walker.followed.add(url)
        answer = await walker.get(url)
        if isinstance(answer, FetchFailure):
            continue
        first = await walker.parse(read_seed_page, _text(answer), answer.url, url, walker.source)
        if isinstance(first, FetchFailure):
            continue
        if not first.stories:  # one story alone may not be known as one
            of_same_make = (link.url for link in first.links if make_of(link.url) in makes)
            first = replace(first, likely=tuple(of_same_make))
        named = await _on_list(walker, visit, first)
        news = walker.brings_news(
            visit, {release.url for release in named if make_of(release.url) in makes}
        )
        if not news and (not walker.plan.full or url == page.archives[-1]):
            return
        await _turn_pages(walker, visit, first, start=url)


async def _read(walker: SeedWalker, visit: SeedVisit, answer: Response) -> SeedPage | FetchFailure:
    return await walker.parse(read_seed_page, _text(answer), answer.url, visit.url, walker.source)


async def _turn_pages(
    walker: SeedWalker, visit: SeedVisit, page: SeedPage, start: str | None = None
) -> FetchFailure | None:
    """A list from this page towards older ones; `start` is its first page's address."""
    limit = walker.context.settings.getint("LISTING_PAGES_MAX")
    own: set[str] = set()
    barren = 0
    for _ in range(limit):
        named = await _on_list(walker, visit, page)
        urls = {release.url for release in named}
        news = walker.brings_news(visit, urls)
        await walker.name(visit, named)
        barren = 0 if urls - own else barren + 1
        own |= urls
        if page.older is None or barren >= _BARREN_PAGES or not (news or walker.may_go_on()):
            return None
        answer = await walker.get(page.older)
        if isinstance(answer, FetchFailure):
            return None if answer.absent or answer is SEEN_ENOUGH else answer
        further = await walker.parse(
            read_seed_page, _text(answer), answer.url, start or visit.url, walker.source
        )
        if isinstance(further, FetchFailure):
            return further
        page = further
    walker.context.stats.limits.append(f"{visit.url} has over {limit} pages; the rest was left.")
    return None


async def _on_list(walker: SeedWalker, visit: SeedVisit, page: SeedPage) -> list[Named]:
    """The stories of a list's page; where none are recognised, links made like a release's."""
    named = await walker.names(visit, map(listed, page.stories))
    return named or await walker.names(visit, map(Listed, page.likely))


async def walk_feed(walker: SeedWalker, visit: SeedVisit) -> FetchFailure | None:
    """A feed, and its older pages where WordPress serves them; others answer with the same one."""
    answer = await walker.ask(visit)
    own: set[str] = set()
    while not isinstance(answer, FetchFailure) and answer.status != 304:
        entries = await walker.parse(read_feed, answer.body, answer.url)
        if isinstance(entries, FetchFailure):
            return entries
        if not entries and not own:
            return FetchFailure("no-feed", "The response is not a feed, or is empty.")
        named = await walker.names(visit, _listed_entries(entries))
        urls = {release.url for release in named}
        news = walker.brings_news(visit, urls)
        await walker.name(visit, named)
        if not news or urls <= own:
            return None
        own |= urls
        older = await walker.parse(next_feed_page, answer.url, answer.body)
        answer = older if isinstance(older, FetchFailure) else await walker.get(older)
    if isinstance(answer, FetchFailure) and (not own or answer.trouble):
        return answer
    return None  # past its last page WordPress answers 404 or 400


def _listed_entries(entries: Iterable[Entry]) -> Iterable[Listed]:
    for entry in entries:
        hint = Hint(evidence="feed", title=entry.title, published=entry.published)
        yield Listed(entry.url, hint, entry.shown)


async def walk_sitemap(walker: SeedWalker, visit: SeedVisit) -> FetchFailure | None:
    """A sitemap and those it names. Their URLs are releases if they match the pattern."""
    waiting = [visit.url]
    fruitless = 0
    for number in range(_SITEMAPS_MAX):
        if not waiting or fruitless >= _FRUITLESS_MAX:
            return None
        url = waiting.pop(0)
        answer = await (walker.ask(visit) if number == 0 else walker.get(url))
        if isinstance(answer, FetchFailure):
            if number == 0 or answer.trouble:
                return answer
            fruitless += 1
            continue
        if answer.status == 304:
            return None
        sitemap = await walker.parse(read_sitemap, answer.body, answer.url)
        if isinstance(sitemap, FetchFailure):
            return sitemap
        is_sitemap = bool(sitemap.entries or sitemap.children)
        if number == 0 and not is_sitemap:
            return FetchFailure("no-sitemap", "The response is not a sitemap, or is empty.")
        fruitless = 0 if is_sitemap else fruitless + 1
        waiting += _children(walker, sitemap)
        await _listed(walker, visit, url, sitemap)
    return None


def _children(walker: SeedWalker, sitemap: Sitemap) -> list[str]:
    """The sitemaps that may name releases. Those called so first: static generators name all
    their feeds, 150 of them, as if they were sitemaps."""
    own = [
        child
        for child in sitemap.sitemaps
        if walker.context.source.owns(child) and kind_of_sitemap(child) not in _NOT_POSTS
    ]
    return sorted(own, key=lambda child: "sitemap" not in child.rpartition("/")[2].lower())


async def _listed(walker: SeedWalker, visit: SeedVisit, url: str, sitemap: Sitemap) -> None:
    dated = sitemap.dates_its_pages
    listed = (
        Listed(entry.url, _news(entry.title, entry.published), entry.lastmod if dated else None)
        for entry in sitemap.entries
    )
    named = await walker.names(visit, listed)
    if kind_of_sitemap(url) == "posts":
        await walker.name(visit, named)
    else:
        for release in named:
            walker.mention(visit, release)


def _news(title: str | None, published: str | None) -> Hint | None:
    if title is None and published is None:
        return None
    return Hint(evidence="sitemap", title=title, published=published)


async def walk_rest(walker: SeedWalker, visit: SeedVisit) -> FetchFailure | None:
    """WordPress's REST interface: all posts, or those modified since the last time. Themes keep
    news in types of posts of their own; the first walk and the deep ones ask for those too."""
    failure = await _posts(walker, visit, "posts")
    if failure is None and walker.plan.full:
        answer = await walker.get(types_page(visit.url))
        if not isinstance(answer, FetchFailure):
            types = await walker.parse(read_types, answer.body)
            for kind in _or_none(walker, types, answer.url):
                await _posts(walker, visit, kind)
    return failure


async def _posts(walker: SeedWalker, visit: SeedVisit, kind: str) -> FetchFailure | None:
    plan = walker.plan
    since = None if plan.full else overlap(plan.now, visit.walked_at)
    number, pages = 0, 1
    while number < pages:
        number += 1
        if since:
            question = posts_modified_after(visit.url, since, number, kind=kind)
        else:
            question = posts_page(visit.url, number, kind=kind)
        answer = await walker.get(question)
        if answer is SEEN_ENOUGH and number > 1:
            return None
        if isinstance(answer, FetchFailure):
            return answer
        totals = (header(answer, "X-WP-Total"), header(answer, "X-WP-TotalPages"))
        posts = await walker.parse(
            read_posts, answer.body, answer.url, total=totals[0], pages=totals[1]
        )
        if isinstance(posts, FetchFailure):
            return posts
        if posts is None:
            return FetchFailure("no-rest", "The response has no posts.")
        await walker.name(visit, await walker.names(visit, map(_listed_post, posts.posts)))
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
