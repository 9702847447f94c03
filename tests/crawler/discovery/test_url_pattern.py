"""What a site's articles look like, learned from its addresses."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.discovery.url_pattern import learn_shape
from crawler.registry.article_url import article_pattern

SITE = "https://a.go.id"
MENU = [
    "/",
    "/profil",
    "/profil/visi-misi",
    "/page/read/struktur-organisasi",
    "/kontak",
    "/berita",
    "/berita?page=2",
    "/berita/kategori/umum",
    "/kategori/pemerintahan",
    "/agenda/12",
    "/layanan/perizinan-terpadu",
    "/galeri-foto/apel-siaga-pengamanan-pilkada",
    "/index.php/blog/category/104",
    "/2024/05/",
]
SLUGS = [
    "andi-harun-buka-puasa-bersama-awak-media",
    "rapat-paripurna-hari-jadi-kota-ke-23",
    "apel-siaga",
    "kpu-lantik-ppk-2024",
    "tps",
    "artis-kota-meriahkan-resepsi-hut",
    "pemkot-targetkan-62-ri",
    "warga-diminta-waspada-banjir-rob-2",
]


def made(shape: str, count: int = 8) -> list[str]:
    """Addresses of one shape; `{cat}` alternates."""
    return [
        SITE
        + shape.replace("{id}", str(9754 + 37 * n))
        .replace("{slug}", SLUGS[n % 8])
        .replace("{cat}", ("berita-kota", "pemerintahan")[n % 2])
        .replace("{Y}", str(2022 + n % 3))
        .replace("{m}", f"{n + 3:02}")
        .replace("{d}", f"{3 * n + 2:02}")
        for n in range(count)
    ]


@pytest.mark.parametrize(
    "shape",
    [
        "/blog/read/{id}_{slug}",
        "/blog/read/{id}/{slug}",
        "/berita/baca/{id}/{slug}",
        "/berita/read/{id}",
        "/berita-ppid/{slug}",
        "/?p={id}",
        "/{Y}/{m}/{d}/{slug}",
        "/{Y}/{m}/{slug}",
        "/en/{Y}/{m}/{d}/{slug}",
        "/id/berita/{id}/{slug}",
        "/news/read/{id}/{slug}",
        "/berita/read/{id}/{cat}/{id}/{slug}",
        "/berita/{slug}__read{id}.html",
        "/pontianak-hari-ini/berita/{slug}",
        "/show_post/detail/{id}",
        "/page/detail_berita/{slug}",
        "/artikel/baca/{slug}",
        "/berita/{id}-{slug}.html",
        "/berita/{slug}-{id}.html",
        "/berita/{slug}.html",
        "/berita/detail-{id}.html",
        "/{Y}-{m}-{d}-{slug}.html",
        "/berita.php?id={id}",
        "/index.php?option=com_content&view=article&id={id}:{slug}",
        "/{cat}/{id}-{slug}",
        "/detail/{id}",
    ],
)
@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("prefix", ["", "/index.php"])
def test_shapes_seen_on_real_sites(shape: str, slash: str, prefix: str) -> None:
    if "?" in shape:
        slash = prefix = ""
    known = made(prefix + shape + slash)
    assert learn_shape(known, [SITE + path for path in MENU]) == shape


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("/blog/read/{id}_{slug}", "/blog/read/{id}_{slug}"),
        ("/berita/{slug}__read{id}.html", "/berita/{slug}__read{id}.html"),
        ("/berita/read/{id}", "/berita/read/{id}"),
        ("/{Y}/{m}/{d}/{slug}/", "/{Y}/{m}/{d}/{slug}"),
    ],
)
@pytest.mark.parametrize("count", [1, 2])
def test_one_or_two_are_enough_where_the_address_has_a_number(
    count: int, shape: str, expected: str
) -> None:
    assert learn_shape(made(shape, count), [SITE + path for path in MENU]) == expected


def test_nothing_tells_posts_from_pages() -> None:
    posts = made("/{slug}/")
    assert learn_shape(posts, [SITE + "/visi-dan-misi/"]) is None
    assert learn_shape(posts, []) is None
    assert learn_shape(posts, [SITE + "/halaman/visi/"]) == "/{slug}"


def test_a_section_with_short_pages_of_its_own_asks_for_longer_slugs() -> None:
    posts = [SITE + "/berita/" + slug for slug in SLUGS if "-" in slug]
    learned = learn_shape(posts, [SITE + "/berita/indeks", SITE + "/berita/populer"])
    assert learned == "/berita/{slug}-{slug}"


def test_several_sections_or_generations() -> None:
    others = [SITE + path for path in MENU]
    for shapes in (
        ("/blog/read/{id}_{slug}", "/berita/baca/{id}/{slug}"),
        ("/berita/{slug}", "/siaran-pers/{slug}"),
        ("/{Y}/{m}/{d}/{slug}/", "/en/{Y}/{m}/{d}/{slug}/"),
        ("/berita/{slug}", "/siaran-pers/{slug}", "/blog/read/{id}"),
    ):
        known = [url for shape in shapes for url in made(shape)]
        learned = learn_shape(known, others)
        assert learned is not None
        fits = article_pattern(learned).search
        assert all(map(fits, known))
        assert not any(map(fits, others))
        assert fits(SITE + "/index.php" + made(shapes[0])[0].removeprefix(SITE) + "?utm_source=x")


def test_sidebar_links_to_articles_are_no_evidence_against() -> None:
    others = [SITE + path for path in MENU]
    for shape in ("/berita/read/{id}", "/berita/{slug}"):
        popular = [url for url in made(shape, 5) if len(url) > 40 or "read" in url]
        assert learn_shape(made(shape)[5:], others + popular) == shape


def test_a_stray_address_among_many_is_left_out() -> None:
    known = [*made("/berita/read/{id}", 30), SITE + "/izin/usaha-mikro"]
    assert learn_shape(known, [SITE + path for path in MENU]) == "/berita/read/{id}"


@example([SITE + "/(a/b", SITE + "/(a/c", SITE + "/{id/d"], [])
@given(
    st.lists(
        st.lists(
            st.sampled_from(
                [
                    "berita",
                    "read",
                    "12",
                    "2024",
                    "05",
                    "a-b-c",
                    "7_x",
                    "x.html",
                    "é",
                    "{id}",
                    "[",
                    "?id=4",
                    "?p=x",
                ]
            ),
            max_size=5,
        ).map(lambda parts: SITE + "/" + "/".join(parts)),
        max_size=9,
    ),
    st.lists(st.text(max_size=20).map(lambda text: SITE + "/" + text), max_size=4),
)
def test_whatever_is_learned_is_a_pattern_and_fits_nearly_all(
    known: list[str], others: list[str]
) -> None:
    learned = learn_shape(known, others)
    learn_shape(others, known)
    if learned is not None:
        assert article_pattern(learned)
