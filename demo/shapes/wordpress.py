"""A media centre on WordPress, with all its second addresses."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import format_datetime
from html import escape
from zoneinfo import ZoneInfo

from demo.releases import DemoRelease
from demo.shapes import stamps
from demo.shapes.shape import Answer, Shape, number
from demo.shapes.sitemaps import index, url_set

_ZONE = ZoneInfo("Asia/Makassar")
_XML = "text/xml; charset=utf-8"


class WordPress(Shape):
    """`/page/N/`, `/YYYY/MM/DD/slug/`, `/feed/?paged=N`, sitemaps of everything, `?p=ID`."""

    def route(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """WordPress's own routes, in its own order."""
        if found := next((r for r in self.releases if str(r.number) == query.get("p")), None):
            return Answer.redirect(self.site.where(found))
        match path.strip("/").split("/"):
            case [""]:
                return self.listing(1)
            case ["page", page]:
                return self.listing(number(page))
            case ["feed"]:
                return self.feed(number(query.get("paged")))
            case ["sitemap.xml"]:
                return Answer(b"", 302, headers={"Location": "/wp-sitemap.xml"})
            case ["wp-sitemap.xml"]:
                kinds = ("posts", "attachments", "pages", "taxonomies")
                files = [f"{self.base}/wp-sitemap-{kind}-1.xml" for kind in kinds]
                return Answer(index(files), content_type=_XML)
            case [name] if name.startswith("wp-sitemap-"):
                return self.sitemap(name.split("-")[2])
            case ["category" | "tag", name]:
                return self.archive_of(name)
        return self.post(path)

    def post(self, path: str) -> Answer | None:
        """A post, its later parts, its attachment page; without the slash, a redirect."""
        whole = path.rstrip("/") + "/"
        for release in self.releases:
            own = self.site.where(release)
            if not whole.startswith(own):
                continue
            if whole != path:
                return Answer.redirect(whole)
            match whole.removeprefix(own).strip("/"):
                case "":
                    return self.article(release, 1)
                case "2" if release.page_break:
                    return self.article(release, 2)
                case "foto-1" if release.caption:
                    return self.page(f"foto-{release.number}", self.each("attachment", [release]))
        return None

    def article(self, release: DemoRelease, part: int) -> Answer:
        """One part of a post."""
        twin = next((r for r in self.releases if r.twin_of == release.slug), None)
        paragraphs = release.printed
        if cut := release.page_break:
            paragraphs = paragraphs[:cut] if part == 1 else paragraphs[cut:]
        content = self.each(
            "article",
            [release],
            text=self.paragraphs(paragraphs, sloppy=release.number % 3 == 0),
            parts=self.each("parts", [release]) if release.page_break else "",
            picture=self.each("picture", [release]) if release.caption and part == 1 else "",
            twin=f'<a href="{self.site.where(twin)}" hreflang="en">English</a>' if twin else "",
            tags=" ".join(f'<a href="/tag/{t}/" rel="tag">{t}</a>' for t in release.categories),
        )
        return self.page(release.title, content, head=self.each("head", [release]))

    def listing(self, page: int) -> Answer | None:
        """Excerpts, newest first; only "Pos lama" leads on."""
        posts = [r for r in self.releases if r.language == "id"]
        if page > self.pages(posts):
            return None
        older = (
            f'<a href="/page/{page + 1}/">&larr; Pos lama</a>' if page < self.pages(posts) else ""
        )
        newer = f'<a href="/page/{page - 1}/">Pos baru &rarr;</a>' if page > 1 else ""
        excerpts = self.each("excerpt", self.part(page, posts))
        content = self.fill("listing", excerpts=excerpts, older=older, newer=newer)
        return self.page("Berita", content)

    def archive_of(self, name: str) -> Answer | None:
        """The posts of a category or tag."""
        posts = [r for r in self.releases if name in (*r.categories, "berita")]
        return self.page(f"Arsip: {name}", self.each("excerpt", posts)) if posts else None

    def feed(self, page: int) -> Answer | None:
        """RSS, ten posts a page; 404 past the end."""
        posts = [r for r in self.releases if r.language == "id"][(page - 1) * 10 : page * 10]
        if not posts:
            return None
        items = "\n".join(self.fill("item.xml", **self.feed_facts(r)) for r in posts)
        feed = self.fill("feed.xml", name=self.site.name, base=self.base, items=items)
        return Answer(feed.encode(), content_type="application/rss+xml; charset=UTF-8")

    def feed_facts(self, release: DemoRelease) -> dict[str, object]:
        """As in templates of pages, with absolute addresses and the date as in mail."""
        stamp = format_datetime(release.published.replace(tzinfo=_ZONE))
        url = self.base + self.site.where(release)
        return {**self.facts(release), "url": url, "base": self.base, "date": stamp}

    def sitemap(self, kind: str) -> Answer | None:
        """One sitemap a kind of page, none with dates."""
        posts = list(map(self.site.where, self.releases))
        names = sorted({name for r in self.releases for name in r.categories})
        paths = {
            "posts": posts,
            "attachments": [self.site.where(r) + "foto-1/" for r in self.releases if r.caption],
            "pages": ["/profil/", "/kontak/"],
            "taxonomies": ["/category/berita/", *(f"/tag/{name}/" for name in names)],
        }.get(kind)
        return Answer(url_set(self.base + p for p in paths), content_type=_XML) if paths else None

    def text(self, release: DemoRelease) -> str:
        """All parts, as feeds carry them."""
        return self.paragraphs(release.printed)

    def paragraphs(self, printed: list[str], *, sloppy: bool = False) -> str:
        """Paragraphs; an editor of old left some posts with `<div>…</p>` and line breaks."""
        texts = [escape(p, quote=False) for p in printed]
        if sloppy:
            return "<div>" + "<br />\n<br />\n".join(texts) + "</p>"
        return "\n".join(f"<p>{text}</p>" for text in texts)

    def facts(self, release: DemoRelease) -> dict[str, object]:
        """`26 Mei 2024`; the machine-readable time beside it."""
        return {**super().facts(release), "date": stamps.plain(release.published)}
