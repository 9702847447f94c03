"""Small builders of pages: one made-up release in the shapes that city and KPU sites print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from crawler.extraction.release import extract
from crawler.items import Hint, Page, Rejected, Release, SiteTemplate
from crawler.registry.source import Select, Source

TITLE = "Pemkot Tanjung Baru Siapkan Gudang Logistik Pilkada"
TEXT = (
    "TANJUNG BARU - Pemerintah Kota Tanjung Baru menggelar rapat persiapan pemungutan suara"
    " bersama penyelenggara pemilihan di Aula Balai Kota, Selasa (14/5/2024).",
    "Sekretaris Daerah Bambang Suherlan meminta seluruh camat memastikan gudang logistik siap"
    " sebelum akhir pekan, termasuk pintu, atap dan penerangan.",
    "“Jangan sampai ada kotak suara yang basah karena atap bocor,” ujar Bambang.",
    "Ketua panitia Ratih Wulandari menambahkan, simulasi akan digelar dua kali: di Kelurahan"
    " Melati dan di Kelurahan Kenanga.",
    "Warga yang belum terdata diminta melapor ke kantor kelurahan dengan membawa kartu tanda"
    " penduduk. (kominfo/rtw)",
)
NAVIGATION = (
    '<header><div class="logo">Pemerintah Kota Tanjung Baru</div><nav><ul><li><a href="/">Beranda'
    '</a></li><li><a href="/profil">Profil</a></li><li><a href="/berita">Berita</a></li></ul></nav>'
    "</header>"
)
FOOTER = (
    "<footer><h4>Kontak</h4><p>Jalan Merdeka Nomor 1, Tanjung Baru. Telepon (0542) 111222 pada jam"
    " kerja.</p><p>© 2024 Pemerintah Kota Tanjung Baru. Hak cipta dilindungi.</p></footer>"
)
CARDS = "".join(
    f'<div class="card"><a href="/berita/read/{n}"><h5>Wali Kota Resmikan Pasar ke-{n}</h5></a>'
    f"<span>{n} April 2024</span><p>Wali Kota meresmikan pasar baru di Kecamatan Utara yang"
    " dibangun selama satu tahun penuh itu.</p></div>"
    for n in range(1, 5)
)


def paragraphs(texts: Sequence[str] = TEXT) -> str:
    return "\n".join(f"<p>{text}</p>" for text in texts)


def city(
    body: str, *, title: str = TITLE, stamp: str = "Admin | 14 Mei 2024 | Dibaca 100 kali"
) -> str:
    """An id-only city site: meta line, photo credit, share row, related cards, sidebar."""
    return (
        "<!DOCTYPE html><html><head><title>Pemerintah Kota Tanjung Baru</title></head><body>"
        f'{NAVIGATION}<div class="container"><div class="row"><div class="col-md-8">'
        f'<h2>{title}</h2><p>{stamp}</p><img src="a.jpg"><p><small>(Kominfo/Rizki)</small></p>'
        f"<div>{body}</div><div>Bagikan: <a>Facebook</a> <a>Twitter</a> <a>WhatsApp</a></div>"
        f'<h4>Berita Terkait</h4>{CARDS}</div><div class="col-md-4"><h4>Berita Populer</h4>'
        '<ul><li><a href="/2">Festival Layang-layang Dibuka di Pantai</a></li></ul></div></div>'
        f"</div>{FOOTER}</body></html>"
    )


def wordpress(body: str, *, title: str = TITLE, head: str = "", time: str = "") -> str:
    """A WordPress post with its meta line, share buttons, related posts and comments."""
    return (
        f'<!DOCTYPE html><html lang="id"><head><meta charset="utf-8"><title>{title} – Pemerintah'
        f' Kota Tanjung Baru</title><meta property="og:title" content="{title}">'
        '<meta property="og:site_name" content="Pemerintah Kota Tanjung Baru">'
        f'{head}</head><body class="single single-post">{NAVIGATION}<main><article id="post-12"'
        ' class="post-12 post type-post hentry category-berita tag-pilkada"><header>'
        f'<h1 class="entry-title">{title}</h1><div class="entry-meta"><time{time}>14 Mei 2024'
        '</time> oleh <span class="author">admin</span></div></header><div class="entry-content">'
        f'{body}<div class="sharedaddy"><h3>Bagikan ini:</h3><ul><li><a>Klik untuk berbagi di'
        '</a></li></ul></div><div class="jp-relatedposts"><h3>Terkait</h3><p>Wali Kota meninjau'
        " pasar dan berbincang dengan pedagang tentang harga beras.</p></div></div><footer>"
        '<span class="tags-links">Tag: <a>pilkada</a>, <a>logistik</a></span></footer></article>'
        '<div id="comments"><h2>1 komentar</h2><p>Semoga pilkada tahun ini berjalan aman dan'
        f" lancar sampai selesai ya pak, aamiin.</p></div></main>{FOOTER}</body></html>"
    )


def kpu(body: str, *, title: str = TITLE) -> str:
    """A KPU office: the section's name as first heading, a bare counter before the text."""
    return (
        "<html><head><title>KPU Kota Tanjung Baru</title></head><body><section><h1>Berita Terkini"
        '</h1><ul class="breadcrumb"><li><a>Home</a></li><li>Berita</li></ul></section>'
        f'<div class="row"><div class="col-lg-8"><h3 class="post-title">{title}</h3><p>47</p>'
        f'<div class="post-content">{body}</div></div><div class="col-lg-4 sidebar"><h5>Populer'
        "</h5><div><a>Sosialisasi Pemilih Pemula</a><span>1 Mei 2023</span></div></div></div>"
        "</body></html>"
    )


def old_table(body: str) -> str:
    """A layout of tables from 2008, menu to the left."""
    return (
        "<html><head><title>:: Pemerintah Kota Tanjung Baru ::</title></head><body><table><tr>"
        "<td colspan=2><img src=banner.jpg></td></tr><tr><td><table><tr><td><b>MENU</b></td></tr>"
        "<tr><td><a href=/>Beranda</a></td></tr><tr><td>Berita Terbaru</td></tr><tr><td><a>Pasar"
        " Murah Digelar di Tiga Kecamatan</a></td></tr></table></td><td><table><tr><td class=judul>"
        f"<font size=4><b>{TITLE}</b></font></td></tr><tr><td><font size=1>Selasa, 14 Mei 2024 |"
        f" Penulis: Admin | Dibaca 45 kali</font></td></tr><tr><td align=justify>{body}</td></tr>"
        "<tr><td><a>Kembali</a> | <a>Cetak</a></td></tr></table></td></tr><tr><td colspan=2>"
        "Copyright © 2024 Bagian Humas Setda</td></tr></table></body></html>"
    )


def source(**known: Any) -> Source:
    return Source(
        id="pemkot-tanjung-baru",
        kind="pemkot",
        publisher=known.pop("publisher", "Pemerintah Kota Tanjung Baru"),
        region="64.71",
        home=known.pop("home", "https://tanjungbaru.example/"),
        timezone="Asia/Makassar",
        **known,
    )


def page(
    html: str | bytes,
    *,
    url: str = "https://tanjungbaru.example/berita/read/77",
    content_type: str | None = "text/html; charset=utf-8",
    hint: Hint | None = None,
    parts: Sequence[str] = (),
    captured_at: datetime = datetime(2026, 1, 1, tzinfo=UTC),
) -> Page:
    return Page(
        url=url,
        body=html.encode() if isinstance(html, str) else html,
        captured_at=captured_at,
        content_type=content_type,
        hint=hint,
        continuations=tuple(part.encode() for part in parts),
    )


def read(html: str | bytes, select: Select | None = None, **known: Any) -> Release | Rejected:
    template = known.pop("template", SiteTemplate())
    return extract(page(html, **known), source(select=select or Select()), template)


def release(html: str | bytes, **known: Any) -> Release:
    found = read(html, **known)
    assert isinstance(found, Release), found
    return found


def reason(html: str | bytes, **known: Any) -> str:
    found = read(html, **known)
    assert isinstance(found, Rejected), found
    assert found.stage == "extraction"
    assert found.detail
    return found.reason


def as_published(found: Release) -> list[str]:
    """All words of a release, dateline and byline included, in order."""
    return " ".join([found.dateline or "", found.body, found.byline or ""]).split()


def words(*texts: str) -> list[str]:
    return " ".join(texts).split()
