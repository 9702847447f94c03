"""The model release, put into three page shapes and crawled by the real spiders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archive.database.connection import open_archive
from archive.export.increment import records
from crawler.registry.source import Source
from tests.conftest import Crawl
from tests.site import serve

SEED = Path(__file__).parents[4] / "shared" / "seed" / "balikpapan-pps-2024-05-26.txt"
pytestmark = pytest.mark.skipif(not SEED.exists(), reason="needs ../shared beside the checkout")

TITLE = "Anggota PPS Diminta Jaga Kekompakan"
MENU = '<ul class="nav"><li><a href="/">Beranda</a></li><li><a href="/profil">Profil Kota</a></li></ul>'


def _seed() -> list[str]:
    return [line.strip() for line in SEED.read_text("utf-8").splitlines() if line.strip()]


def _paragraphs() -> str:
    return "\n".join(f"<p>{line}</p>" for line in _seed())


def _balikpapan(title: str, text: str) -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title} - Pemerintah Kota Balikpapan</title></head>
<body><header>{MENU}</header><div class="row"><div class="col-md-8"><h2 class="post-title">{title}</h2>
<div class="post-meta"><i class="fa"></i> Admin | Minggu, 26 Mei 2024 | 10:22 WITA | Dibaca 120 kali</div>
<figure><img src="/uploads/1.jpg" alt=""><figcaption>Suasana pelantikan (Diskominfo/Rizki)</figcaption></figure>
<div class="post-content">{text}</div>
<div class="share">Bagikan: <a href="https://wa.me/">WhatsApp</a> <a href="https://x.com/">Twitter</a></div>
<h4>Berita Terkait</h4><ul class="related"><li><a href="/berita/read/3">Wali Kota Tinjau Pasar Pagi di Tengah Kota ....</a></li></ul>
</div><div class="col-md-4"><h4>Terpopuler</h4><a href="/berita/read/4">Jadwal Pelayanan Terpadu</a> <span>12 Mei 2024</span></div></div>
<footer>Copyright &copy; 2024 Pemerintah Kota Balikpapan. Jl. Jenderal Sudirman No. 1</footer></body></html>"""


def _wordpress(title: str, text: str) -> str:
    return f"""<!DOCTYPE html><html lang="id"><head><meta charset="UTF-8"><title>{title} &#8211; Kota Uji</title>
<meta property="article:published_time" content="2024-05-26T02:22:00+00:00"></head><body class="single-post">
<nav>{MENU}</nav><article class="post hentry"><header><h1 class="entry-title">{title}</h1>
<div class="entry-meta">Posted on <time class="entry-date" datetime="2024-05-26T10:22:00+08:00">26 Mei 2024</time> by <a href="/author/admin/">admin</a></div></header>
<div class="entry-content">{text}</div>
<footer class="entry-footer">Kategori: <a href="/category/berita/">Berita</a></footer></article>
<div class="sharedaddy"><h3>Bagikan ini:</h3><a href="#">Facebook</a></div>
<aside class="widget"><h2>Pos-pos Terbaru</h2><ul><li><a href="/2024/05/20/pasar-murah-kembali-digelar/">Pasar Murah Kembali Digelar</a></li></ul></aside>
<footer class="site-footer">Ditenagai oleh WordPress</footer></body></html>"""


def _kpu(title: str, text: str) -> str:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>KPU Kota Uji</title></head><body>
<div class="navbar">{MENU}</div><div class="container"><div class="blog-post"><h3>{title}</h3>
<p>174</p><div class="meta">26 Mei 2024</div>{text}</div>
<div class="sidebar"><h5>Berita Terkini</h5><a href="/blog/read/8_rapat">Rapat Koordinasi Logistik ....</a></div></div>
<footer>Komisi Pemilihan Umum Kota Uji</footer></body></html>"""


SHAPES: dict[str, tuple[Callable[[str, str], str], str, dict[str, str]]] = {
    "city site by id": (
        _balikpapan,
        "/berita/read/9754",
        {"listing": "/berita", "article": "/berita/read/{id}"},
    ),
    "wordpress": (
        _wordpress,
        "/2024/05/26/anggota-pps-diminta-jaga-kekompakan/",
        {"listing": "/berita", "article": "/{Y}/{m}/{d}/{slug}"},
    ),
    "kpu": (
        _kpu,
        "/blog/read/9754_anggota-pps-diminta-jaga-kekompakan",
        {"id": "kpu-uji", "kind": "kpu", "publisher": "KPU Kota Balikpapan", "listing": "/berita"},
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_model_release(
    shape: str, crawl: Crawl, declare: Callable[..., Source], archive_url: str
) -> None:
    page, path, keys = SHAPES[shape]
    listing = f'<h4><a href="{path}">{TITLE}</a></h4><p>{_seed()[0][:90]} ....</p>'
    with serve({"/berita": listing, path: page(TITLE, _paragraphs())}) as site:
        keys = {"id": "pemkot-balikpapan", "publisher": "Pemerintah Kota Balikpapan", **keys}
        source = declare(site.home, **{**keys, "listing": site.home + keys["listing"].lstrip("/")})
        result = crawl(source).results[0]

    assert (result.verdict.outcome, result.stats.new) == ("ok", 1), result.verdict.reason
    record = _only_record(archive_url)
    assert record["title"] == TITLE
    assert record["dateline"] == "BALIKPAPAN - "
    assert record["place"] == "Balikpapan"
    assert record["byline"] == "(diskominfo/cha/arh)"
    assert record["author_tags"] == ["diskominfo", "cha", "arh"]
    assert record["election"] is True
    assert record["published_on"] == "2024-05-26"
    paragraphs = record["body"].split("\n\n")
    assert len(paragraphs) == 10
    whole = record["dateline"] + record["body"] + " " + record["byline"]
    assert whole.split() == " ".join(_seed()).split()


def _only_record(archive_url: str) -> dict[str, Any]:
    [record] = records(open_archive(archive_url))
    return record
