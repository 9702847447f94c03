"""Election offices: the CMS they share now, and the one before."""

from __future__ import annotations

from collections.abc import Mapping

from demo.releases import DemoRelease
from demo.shapes import Answer
from demo.shapes.shape import number
from tests.web import releases as made_up
from tests.web.press import Press


class Kpu(Press):
    """`/blog/category/{n}?page=N` with whole stories, `/blog/read/{id}_{slug}`; 200 to anything.

    Every sixth release stands only in category 105. Category 96 holds what media wrote: in the same
    layout, but no releases of the office.
    """

    edits_shown = "text"
    template = "kpu"
    news, outreach, press = "104", "105", "96"
    """The numbers of the categories; each office has its own."""
    labels = ("Berita Terkini", "Sosialisasi", "KPU Dalam Berita")
    index_php = "/index.php"
    """What links to lists begin with."""
    repeats_first = False
    """Whether a page past the end is the first one again; else it is empty."""
    per_page = 5
    gone = "soft"

    def serve(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """A withdrawn story's address is one the router does not know."""
        return self.answer(path, query)

    def route(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """With and without `/index.php`; whatever it does not know is the home page."""
        match path.removeprefix("/index.php").strip("/").split("/"):
            case ["blog", "category", name, *_]:
                return self.category(name.partition(" ")[0], number(query.get("page")))
            case ["blog", "read", name]:
                stories = [*self.releases, *self.clippings()]
                found = next((r for r in stories if str(r.number) == name.partition("_")[0]), None)
                return self.article(found) if found else self.home()
            case ["page", "read", name]:
                return self.page(
                    name.replace("-", " ").title(), self.fill("static", city=self.site.city)
                )
        return self.static(path) or self.home()

    def category(self, name: str, page: int) -> Answer:
        """Whole stories; an unknown category is the news, a page past the end is empty."""
        outreach = [r for r in self.releases if self.is_outreach(r)]
        news = [r for r in self.releases if not self.is_outreach(r)]
        chosen = {self.outreach: outreach, self.press: self.clippings()}.get(name, news)
        name = name if name in (self.outreach, self.press) else self.news
        pages = self.pages(chosen)
        if self.repeats_first and page > pages:
            page = 1
        links = [
            self.category_link(name, n, str(n))
            for n in range(max(1, page - 2), min(pages, page + 2) + 1)
        ]
        if page < pages:
            links.append(self.category_link(name, page + 1, "&raquo;"))
            links.append(self.category_link(name, pages, "Last"))
        label = self.label(name)
        stories = self.each("story", self.part(page, chosen))
        content = self.fill("listing", label=label, stories=stories, pages="\n".join(links))
        return self.page(label, content)

    def category_link(self, name: str, page: int | None, label: str) -> str:
        """A link to a page of a category; None: to the category."""
        query = f"?page={page}" if page else ""
        return f'<a href="{self.index_php}/blog/category/{name}{query}">{label}</a>'

    def label(self, name: str) -> str:
        """What the office calls a category."""
        return self.labels[(self.news, self.outreach, self.press).index(name)]

    def page(self, title: str, content: str, **more: str) -> Answer:
        """The menu names the categories."""
        menu = "".join(
            f"<li>{self.category_link(name, None, self.label(name))}</li>"
            for name in (self.news, self.outreach, self.press)
        )
        return super().page(title, content, menu=menu, **more)

    def is_outreach(self, release: DemoRelease) -> bool:
        """Whether it stands in that category, and in no other."""
        return release.number // 7 % 6 == 0

    def clippings(self) -> list[DemoRelease]:
        """What newspapers wrote."""
        return made_up.made_up(
            12, site=f"{self.site.id}/kliping", city=self.site.city, first_number=3
        )

    def article(self, release: DemoRelease) -> Answer:
        """One story; a bare counter stands between title and text."""
        name = self.outreach if self.is_outreach(release) else self.news
        if release.site.endswith("kliping"):
            name = self.press
        content = self.each("article", [release], label=self.label(name), category_id=name)
        return self.page(release.title, content)


class KpuOther(Kpu):
    """An office whose news is category 29, whose links leave `/index.php` out; whole stories too."""

    news, outreach, press = "29", "14", "96"
    labels = ("Berita", "Umum", "Media Memberitakan")
    index_php = ""
    repeats_first = True


class KpuOld(Press):
    """`/berita/baca/{id}/{slug}`, the slug of every third only `-`; pages by `?per_page=OFFSET`."""

    template = "kpu_old"
    per_page = 8

    @classmethod
    def where(cls, site: object, release: DemoRelease) -> str:
        """The id decides; some stories have `-` for a slug."""
        slug = "-" if release.number // 7 % 3 == 0 else release.slug
        return f"/berita/baca/{release.number}/{slug}"

    def page_asked(self, path: str, query: Mapping[str, str]) -> int | None:
        """By offset."""
        if path != "/berita":
            return None
        return number(str(int(query.get("per_page", "0")) // self.per_page + 1))

    def page_url(self, page: int) -> str:
        """By offset."""
        return f"/berita?per_page={(page - 1) * self.per_page}"

    def more(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """Announcements and downloads: files, no stories."""
        if path in ("/pengumuman", "/unduh"):
            files = "\n".join(
                f'<li><a href="/upload/berkas/{n}.pdf">Pengumuman Nomor {n} Tahun 2024</a></li>'
                for n in range(1, 15)
            )
            return self.page("Pengumuman", f"<h2>Pengumuman</h2><ul>{files}</ul>")
        return None
