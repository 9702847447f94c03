"""Portals with something on them that leads a crawler astray."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape

from demo.releases import DemoRelease
from demo.shapes import Answer
from demo.shapes.shape import number
from tests.web import releases as made_up
from tests.web.shapes.cities import Balikpapan


class Trap(Balikpapan):
    """The portal, with more links on each page."""

    menu: tuple[tuple[str, str], ...] = ()
    """Further links of every page: address and label."""

    def page(self, title: str, content: str, **more: str) -> Answer:
        """With the further links under the content."""
        links = " ".join(f'<a href="{escape(url)}">{label}</a>' for url, label in self.menu)
        return super().page(title, f"{content}\n<div class='lainnya'>{links}</div>", **more)


class Calendar(Trap):
    """An agenda with a page a day, and months without end in both directions."""

    menu = (("/agenda/2024/12", "Kalender"),)

    def more(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """Months and days."""
        match path.strip("/").split("/"):
            case ["agenda", year, month] if year.isdecimal() and month.isdecimal():
                return self.month(int(year), int(month))
            case ["agenda", year, month, day] if (year + month + day).isdecimal():
                text = (
                    f"<p>Wali Kota menghadiri rapat koordinasi pada {day}/{month}/{year} pukul 09.00 di "
                    "Balai Kota, dilanjutkan kunjungan ke dua kelurahan bersama kepala dinas.</p>"
                    f'<a href="/agenda/{year}/{month}">Kembali ke kalender</a>'
                )
                return self.page("Agenda", f"<h1>Agenda {day}/{month}/{year}</h1>{text}")
        return None

    def month(self, year: int, month: int) -> Answer:
        """Thirty days, and the months beside."""
        before, after = divmod(year * 12 + month - 2, 12), divmod(year * 12 + month, 12)
        days = " ".join(f'<a href="/agenda/{year}/{month}/{d}">{d}</a>' for d in range(1, 31))
        links = "".join(
            f'<a href="/agenda/{y}/{m + 1}">{m + 1}/{y}</a>' for y, m in (before, after)
        )
        return self.page("Kalender", f"<h1>Kalender {month}/{year}</h1>{days}<p>{links}</p>")


class Session(Trap):
    """Every link carries a session number that is another one in each answer."""

    def fill(self, template: str, **values: object) -> str:
        """Addresses of the list and of releases get the mark as their last parameter."""
        pieces = super().fill(template, **values).split('href="/berita')
        if template != "layout":
            return 'href="/berita'.join(pieces)
        for place, piece in enumerate(pieces[1:], 1):
            address, quote, rest = piece.partition('"')
            glue = "&amp;" if "?" in address else "?"
            pieces[place] = f"{address}{glue}PHPSESSID={self.morning:032x}{quote}{rest}"
        return 'href="/berita'.join(pieces)


class JSession(Trap):
    """As `Session`, with the number in the path: `/berita/read/7;jsessionid=…`."""

    def answer(self, path: str, query: Mapping[str, str]) -> Answer:
        """Whatever number is sent."""
        return super().answer(path.partition(";")[0], query)

    def fill(self, template: str, **values: object) -> str:
        """Behind the path of each link to the list and to releases."""
        text = super().fill(template, **values)
        mark = f";jsessionid={self.morning:032X}"
        if template != "layout":
            return text
        return re.sub(r'href="(/berita[^"?;]*)', lambda found: f'href="{found[1]}{mark}', text)


class Endless(Trap):
    """A list whose pages past the end are the last one again, with an arrow to the next."""

    def listing(self, page: int) -> Answer | None:
        """Never empty."""
        shown = self.each("teaser", self.part(min(page, self.pages())))
        return self.page("Berita", shown + self.pager_link(page + 1, "Berikutnya &raquo;"))


class Facets(Trap):
    """A list that can be narrowed and sorted in every way, each way with pages of its own."""

    def listing(self, page: int) -> Answer | None:
        """The whole list, with the ways to narrow it."""
        return self.narrowed({}, page)

    def route(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """`/berita?kategori=…&tahun=…&urut=…&page=N`."""
        if path == self.listing_path and len(set(query) - {"page"}):
            return self.narrowed(
                {k: v for k, v in query.items() if k != "page"}, number(query.get("page"))
            )
        return super().route(path, query)

    def narrowed(self, by: Mapping[str, str], page: int) -> Answer:
        """The releases of a category and year, in some order."""
        chosen = [
            r
            for r in self.releases
            if by.get("kategori", r.categories[0]) == r.categories[0]
            and by.get("tahun", str(r.published.year)) == str(r.published.year)
        ]
        if by.get("urut") == "terlama":
            chosen.reverse()
        ways = {
            "kategori": sorted({r.categories[0] for r in self.releases}),
            "tahun": ["2023", "2024"],
            "urut": ["terbaru", "terlama", "terpopuler"],
            "tampil": ["daftar", "kotak"],
        }
        links = [
            f'<a href="{self.with_query({**by, name: value})}">{value}</a>'
            for name, values in ways.items()
            for value in values
        ]
        pages = self.pages(chosen)
        links += [
            f'<a href="{self.with_query({**by, "page": str(n)})}">{n}</a>'
            for n in range(1, pages + 1)
        ]
        return self.page("Berita", self.each("teaser", self.part(page, chosen)) + " ".join(links))

    def with_query(self, query: Mapping[str, str]) -> str:
        """The list under these conditions, as HTML."""
        return escape(self.listing_path + "?" + "&".join(f"{k}={v}" for k, v in query.items()))


class Redirects(Trap):
    """Links that lead in circles, to other machines and to private addresses."""

    menu = (
        ("/lama/1", "Arsip lama"),
        ("/berita/read/1", "Sejarah"),
        ("/berita/read/2", "Mitra"),
        ("/berita/read/3", "Intranet"),
        ("/berita/read/4", "Layanan awan"),
        ("/berita/read/5", "Peladen lokal"),
        ("/tangga/0", "Tangga"),
    )

    def more(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """Some of them under the very addresses that releases have."""
        to = {
            "/lama/1": "/lama/2",
            "/lama/2": "/lama/1",
            "/berita/read/1": "/berita/read/1",
            "/berita/read/2": f"{self.foreign}/berita/read/2",
            "/berita/read/3": "http://10.0.0.1/berita/read/3",
            "/berita/read/4": "http://169.254.169.254/latest/meta-data/",
            "/berita/read/5": "file:///etc/passwd",
        }.get(path)
        if path.startswith("/tangga/"):
            to = f"/tangga/{int(path.removeprefix('/tangga/')) + 1}"
        return Answer(b"", 302, headers={"Location": to}) if to else None


class Router(Trap):
    """A router that answers anything, and links that forgot their first slash."""

    gone = "soft"
    menu = (
        ("berita/arsip", "Arsip"),
        ("berita/read/arsip", "Kumpulan"),
        ("/?page_id=271783", "Situs lama"),
    )

    def serve(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """A withdrawn release is an address like any other."""
        return self.answer(path, query)

    def not_found(self) -> Answer:
        """The home page."""
        return self.home()


class Gallery(Trap):
    """A gallery a release, a page a picture, under the titles of releases."""

    menu = (("/galeri", "Galeri"), ("/video", "Video"))

    def more(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """`/galeri`, `/galeri/read/{id}`, `/galeri/read/{id}/{n}`, `/video/read/{id}`."""
        match path.strip("/").split("/"):
            case [("galeri" | "video") as name]:
                links = "\n".join(
                    f'<div class="card"><h3><a href="/{name}/read/{r.number}">{escape(r.title)}</a></h3>'
                    f'<p class="meta">{self.facts(r)["stamp"]}</p></div>'
                    for r in self.releases
                )
                return self.page(name.title(), f"<h1>{name.title()}</h1>{links}")
            case [("galeri" | "video"), "read", name, *picture] if found := self.find(
                f"/berita/read/{name}"
            ):
                links = "".join(
                    f'<a href="/galeri/read/{name}/{n}"><img src="/gambar/{n}.svg"></a>'
                    for n in range(1, 7)
                )
                text = f"Foto {picture[0]} dari 6" if picture else "Suasana kegiatan. (Humas/Yudi)"
                stamp = self.facts(found)["stamp"]
                content = f'<article><h1>{escape(found.title)}</h1><div class="meta">{stamp}</div>{links}<p>{text}</p></article>'
                return self.page(found.title, content)
        return None


class Clippings(Trap):
    """What newspapers wrote, on a part of the site of its own, in the layout of the releases."""

    menu = (("/kliping", "Kliping Media"), ("http://koran.example/berita/1", "Koran Contoh"))

    def more(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """`/kliping?page=N`, `/kliping/detail/{id}`."""
        kept = self.clippings()
        match path.strip("/").split("/"):
            case ["kliping"]:
                page = number(query.get("page"))
                chosen = self.part(page, kept)
                cards = "\n".join(
                    self.fill("teaser", **{**self.facts(r), "url": f"/kliping/detail/{r.number}"})
                    for r in chosen
                )
                links = " ".join(
                    f'<a href="/kliping?page={n}">{n}</a>' for n in range(1, self.pages(kept) + 1)
                )
                return self.page("Kliping Media", f"<h1>Kliping Media</h1>{cards}{links}")
            case ["kliping", "detail", name]:
                found = [r for r in kept if str(r.number) == name]
                return self.clipping(found[0]) if found else None
        return None

    def clipping(self, release: DemoRelease) -> Answer:
        """The newspaper's name stands where an office would sign."""
        content = self.each("article", [release], related="").replace(
            '<a href="/berita">Berita</a>', '<a href="/kliping">Kliping Media</a>'
        )
        return self.page(release.title, f"<p>Sumber: Harian Koran Contoh</p>{content}")

    def clippings(self) -> Sequence[DemoRelease]:
        """Forty of them."""
        return made_up.made_up(
            40, site=f"{self.site.id}/kliping", city=self.site.city, first_number=3
        )


class Pages(Trap):
    """Officials, services, tasks: pages without a date in the layout of releases."""

    officials = ("wali-kota", "wakil-wali-kota", "sekretaris-daerah", "kepala-dinas-kominfo")
    services = ("akta-kelahiran", "kartu-keluarga", "izin-usaha", "pengaduan")
    menu = (
        *((f"/pejabat/read/{n}", f"Pejabat {n}") for n in range(1, 9)),
        *((f"/layanan/read/{n}", f"Layanan {n}") for n in range(1, 9)),
        *((f"/agenda/read/{n}", f"Agenda {n}") for n in range(1, 9)),
        ("/pengumuman/unduh/1.pdf", "Unduhan"),
    )

    def more(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """All under `/{part}/read/{n}`, as the releases."""
        match path.strip("/").split("/"):
            case ["pejabat", "read", name]:
                return self.built_alike(
                    f"Drs. Rustam Alimudin {name}, M.Si.",
                    "Nama: Rustam Alimudin. Jabatan: Kepala Dinas. Tempat, tanggal lahir: Muara Kencana, 4 Mei 1968.",
                    "Riwayat pendidikan: SD Negeri 3, SMP Negeri 1, SMA Negeri 2, Fakultas Ilmu Sosial. "
                    "Riwayat jabatan: lurah, camat, sekretaris dinas, kepala bagian umum.",
                )
            case ["layanan", "read", name]:
                return self.built_alike(
                    f"Pelayanan Nomor {name}",
                    "Persyaratan: fotokopi kartu keluarga, fotokopi KTP, surat pengantar RT, dan formulir.",
                    "Waktu penyelesaian tiga hari kerja. Biaya gratis. Loket buka pukul 08.00 sampai 15.00.",
                )
            case ["agenda", "read", name]:
                return self.built_alike(
                    f"Rapat Koordinasi {name}",
                    f"Tanggal: {name} Desember 2024. Waktu: 09.00 WITA. Tempat: Ruang Rapat Lantai 2.",
                    "Peserta: seluruh kepala perangkat daerah. Pakaian: batik. Narahubung: bagian umum.",
                )
            case ["pengumuman", "unduh", _]:
                return Answer(b"%PDF-1.4\n%%EOF\n", content_type="application/pdf")
        return None

    def built_alike(self, title: str, *paragraphs: str) -> Answer:
        """A heading and paragraphs, no date."""
        text = "\n".join(f"<p>{p}</p>" for p in paragraphs)
        return self.page(
            title, f'<article><h1>{title}</h1><div class="content">{text}</div></article>'
        )


class Variants(Trap):
    """Each release under many addresses: campaign, print, amp, share, case, index.php, slashes."""

    def article(self, release: DemoRelease) -> Answer:
        """With links to itself in other clothes."""
        own = self.where(self.site, release)
        forms = (
            "?utm_source=wa",
            "?print=1",
            "?fbclid=abc123",
            "?amp=1",
            "#komentar",
            "?share=twitter",
            "/",
        )
        links = " ".join(f'<a href="{own}{form}">bagikan</a>' for form in forms)
        links += (
            f' <a href="/index.php{own}">versi lama</a> <a href="{own.upper()}">huruf besar</a>'
        )
        related = self.links(self.related(release)) + f"<li>{links}</li>"
        return self.page(release.title, self.each("article", [release], related=related))

    def find(self, path: str) -> DemoRelease | None:
        """All of them are answered."""
        return super().find(path.lower().removeprefix("/index.php").rstrip("/"))

    def links(self, releases: Sequence[DemoRelease]) -> str:
        """Lists mark where they were clicked."""
        return super().links(releases).replace('">', f'?utm_campaign=populer{self.morning % 7}">')


class Hijacked(Trap):
    """Strangers' pages beside the releases: under addresses made like theirs, in the list, by the
    hundred in the sitemap; and links of theirs, hidden, on each page."""

    brands = ("RAJAKUDA88", "DEWAPETIR138", "NAGAHOKI77")

    def page(self, title: str, content: str, **more: str) -> Answer:
        """With links that nobody sees."""
        links = " ".join(
            f'<a href="https://{brand.lower()}.example/">situs slot gacor {brand} maxwin</a>'
            for brand in self.brands
        )
        hidden = f'<div style="position:absolute;left:-9999px">{links}</div>'
        return super().page(title, content + hidden, **more)

    def listing(self, page: int) -> Answer | None:
        """Three of theirs stand on the first page."""
        teasers = self.each("teaser", [*self.part(page), *(self.spam() if page == 1 else [])])
        return self.page("Berita", f"<h1>Berita</h1>\n{teasers}\n{self.pager(page, self.pages())}")

    def spam(self) -> list[DemoRelease]:
        """Theirs, as the CMS keeps them."""
        lead = self.releases[0]
        return [
            replace(lead, number=n, title=f"{brand}: Situs Slot Gacor Hari Ini Gampang Maxwin")
            for n, brand in enumerate(self.brands, 1)
        ]

    def more(self, path: str, query: Mapping[str, str]) -> Answer | None:
        """Their pages, and the sitemap that names three hundred of them."""
        if path == "/sitemap.xml":
            paths = [self.where(self.site, release) for release in self.releases]
            paths += [f"/slot-gacor-maxwin-{n}.html" for n in range(300)]
            urls = "".join(f"<url><loc>{self.base}{path}</loc></url>" for path in paths)
            told = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
            return Answer(told.encode(), content_type="application/xml")
        number = path.removeprefix("/berita/read/")
        if path.startswith("/slot-gacor-maxwin-") or number in ("1", "2", "3"):
            brand = self.brands[int(number) - 1 if number.isdecimal() else 0]
            return self.page(
                f"{brand}: Situs Slot Gacor Hari Ini Gampang Maxwin",
                f"<article><h1>{brand}: Situs Slot Gacor Hari Ini Gampang Maxwin</h1>"
                f"<p>{brand} adalah situs slot gacor terpercaya dengan RTP live tertinggi. Daftar "
                "sekarang dan nikmati bonus new member tanpa potongan, deposit pulsa 5 ribu.</p>"
                "<p>Mainkan mahjong ways dan gates of olympus dengan modal receh; scatter hitam "
                f"mudah turun, pasti maxwin. <a href='https://{brand.lower()}.example/'>LOGIN</a>"
                "</p></article>",
            )
        return None
