"""WordPress's REST interface, as sites have it."""

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.wordpress import (
    Post,
    Posts,
    posts_modified_after,
    posts_page,
    read_posts,
    read_types,
    rest_roots,
    types_page,
)

HOME = "https://a.go.id/"
ROOT = "https://a.go.id/wp-json/"
PLAIN = "https://a.go.id/index.php?rest_route=/"
ENTRY = {
    "id": 41,
    "link": "https://a.go.id/2024/05/26/rapat/",
    "slug": "rapat",
    "date": "2024-05-26T10:22:00",
    "date_gmt": "2024-05-26T02:22:00",
    "modified": "2024-05-27T08:00:01",
    "modified_gmt": "2024-05-27T00:00:01",
    "title": {"rendered": "Rapat &#8220;Pleno&#8221; &#038; <em>DPT</em>"},
    "status": "publish",
    "type": "post",
}


def answer(*changes: dict[str, object]) -> bytes:
    return json.dumps([{**ENTRY, **change} for change in changes]).encode()


@pytest.mark.parametrize(
    ("markup", "header", "expected"),
    [
        (f'<link rel="https://api.w.org/" href="{ROOT}" />', None, [ROOT]),
        (f'<link rel="https://api.w.org/" href="{PLAIN}" />', None, [PLAIN]),
        ("", f'<{ROOT}>; rel="https://api.w.org/"', [ROOT]),
        (
            "",
            f'<https://a.go.id/?p=1>; rel=shortlink, <{ROOT}>; rel="https://api.w.org/"',
            [ROOT],
        ),
        (
            '<img src="/portal/wp-content/uploads/a.jpg">',
            None,
            [HOME + "portal/wp-json/", HOME + "portal/?rest_route=/"],
        ),
        (
            '<meta name="generator" content="WordPress 6.2.2" />',
            None,
            [ROOT, HOME + "?rest_route=/"],
        ),
        ('<img src="https://lain.go.id/wp-content/a.jpg"><p>wp-content</p>', None, []),
        ('<link rel="https://api.w.org/" href="https://lain.go.id/wp-json/">', None, []),
        ("<p>Portal", "<x>; rel=y", []),
        ("", None, []),
    ],
)
def test_where_the_interface_is(markup: str, header: str | None, expected: list[str]) -> None:
    assert rest_roots(markup, HOME, header) == expected


@pytest.mark.parametrize("root", [ROOT, PLAIN])
def test_questions(root: str) -> None:
    for url in (
        posts_page(root, 3),
        posts_modified_after(root, datetime(2024, 11, 1, 7, tzinfo=UTC), 3),
    ):
        asked = parse_qs(urlsplit(url).query)
        assert asked["page"] == ["3"]
        assert asked["per_page"] == ["100"]
        assert "wp/v2/posts" in url
        assert url.startswith(root[:20])
    assert asked["modified_after"] == ["2024-11-01T07:00:00Z"]
    assert posts_page(root, 1, kind="berita").count("wp/v2/berita") == 1
    assert "wp/v2/types" in types_page(root)


def test_an_answer() -> None:
    read = read_posts(answer({}), ROOT, total="311", pages="4")
    post = Post(
        id=41,
        url="https://a.go.id/2024/05/26/rapat/",
        title="Rapat “Pleno” & DPT",
        published="2024-05-26T10:22:00+08:00",
        modified=datetime(2024, 5, 27, 0, 0, 1, tzinfo=UTC),
        language=None,
    )
    assert read == Posts((post,), 311, 4)


@pytest.mark.parametrize(
    ("change", "published"),
    [
        ({"date_gmt": "0000-00-00T00:00:00"}, "2024-05-26T10:22:00"),
        ({"date_gmt": None}, "2024-05-26T10:22:00"),
        ({"date_gmt": "2023-05-26T10:22:00"}, "2024-05-26T10:22:00"),
        ({"date": "x"}, "2024-05-26T02:22:00+00:00"),
        ({"date": "x", "date_gmt": 7}, None),
    ],
)
def test_times_that_do_not_agree(change: dict[str, object], published: str | None) -> None:
    read = read_posts(answer(change), ROOT)
    assert read is not None
    assert read.posts[0].published == published


def test_only_published_posts_count() -> None:
    read = read_posts(answer({}, {"status": "draft"}, {"link": "mailto:x"}, {"lang": "en"}), ROOT)
    assert read is not None
    assert [post.language for post in read.posts] == [None, "en"]


def test_past_the_end_is_an_answer_too() -> None:
    body = b'{"code":"rest_post_invalid_page_number","message":"x","data":{"status":400}}'
    assert read_posts(body, ROOT) == Posts((), past_end=True)
    assert read_posts(b"[]", ROOT) == Posts(())


def test_a_warning_before_the_answer_is_passed_over() -> None:
    assert read_posts(b"\n<br /><b>Notice</b>: x in y.php\n" + answer({}), ROOT) is not None
    assert read_posts(b"\xef\xbb\xbf[]", ROOT) == Posts(())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><p>404",
        b'{"code":"rest_no_route"}',
        b'{"code":"rest_forbidden"}',
        b"3",
        b"[1,2]",
        b'[{"id":"x"}]',
        b"[" * 100_000,
        b'[{"id": ' * 50_000,
        b'[{"id": ' + b"9" * 100_000 + b"}]",
        b"\xff\xfe",
    ],
)
def test_anything_else_is_no_answer(body: bytes) -> None:
    assert read_posts(body, ROOT) is None


def test_types_of_themes() -> None:
    body = b'{"post":{"rest_base":"posts"},"berita":{"rest_base":"berita"},"wp_block":{"rest_base":"blocks"},"x":{"rest_base":"../y"},"z":3}'
    assert read_types(body) == ["berita"]
    assert read_types(b"[]") == []


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(sorted(ENTRY)), inner, max_size=5)
        ),
    )
)
def test_any_json(value: object) -> None:
    read_posts(json.dumps(value).encode(), ROOT)
    read_posts(json.dumps([{**ENTRY, "date": value, "title": value, "link": value}]).encode(), ROOT)


@given(st.binary(max_size=60), st.text(max_size=40))
def test_any_bytes(body: bytes, text: str) -> None:
    read_posts(body, ROOT, total=text, pages=text)
    read_types(body)
    rest_roots(text, HOME, text)
