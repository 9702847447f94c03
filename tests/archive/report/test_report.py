"""The report is one page that needs nothing else, in one language, with names for ids, and safe."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sqlalchemy import Engine

from archive.i18n import speaking
from archive.ingest.store import Store
from archive.lookup.selection import Selection
from archive.report import charts
from archive.report.course import course
from archive.report.figures import figures
from archive.report.html_tables import link
from archive.report.page import page
from crawler.items import Quote
from tests.archive.conftest import Run
from tests.archive.ingest.test_web_archive_captures import EDITED as EDITED_BODY
from tests.archive.ingest.test_web_archive_captures import URL, backfilled, crawled
from tests.archive.samples import BODY, DAY, release, source

HOSTILE = "<script>alert('x')</script>&\""
NOW = datetime(2024, 12, 1, tzinfo=UTC)
EDITED = "https://pemkot-aneh.example/berita/1"
QUOTE = Quote(
    text="Panitia",
    start=0,
    end=7,
    direct=True,
    verb="kata",
    speaker="Ketua KPU Sari Melati",
    person="Sari Melati",
    role="Ketua KPU",
    how="named",
)


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.asked: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "href" and tag == "a":
                self.links.append(value or "")
            elif name in ("src", "href", "action", "srcset"):
                self.asked.append(value or "")

    def handle_data(self, data: str) -> None:
        self.text += f" {data}"


def seen(html: str) -> _Seen:
    found = _Seen()
    found.feed(html)
    found.text = " ".join(found.text.split())
    return found


@pytest.fixture
def archive(store: Store, engine: Engine) -> Engine:
    """Two offices; the hostile one has three releases, one of them edited, one withdrawn."""
    store.register([source("pemkot-aneh", publisher=HOSTILE)])
    crawl = store.begin_crawl("pemkot-aneh", datetime(2024, 11, 1, tzinfo=UTC))
    for number, day in enumerate((date(2024, 9, 2), date(2024, 11, 25), date(2024, 11, 27))):
        dated = {"published_on": day, "published_at": None, "author_tags": ["diskominfo", HOSTILE]}
        store.store(release(number, source="pemkot-aneh", **dated), crawl)
    quoted = {"topics": [HOSTILE], "quotes": [QUOTE]}
    dated = {"published_on": date(2024, 9, 1), "published_at": None}
    store.store(release(0, source="kpu-contoh", **quoted, **dated), None)
    later = datetime(2024, 11, 25, tzinfo=UTC) + DAY
    edited = {
        **dated,
        "published_on": date(2024, 11, 25),
        "body": BODY.replace("lima", "enam"),
        "fetched_at": later,
    }
    store.store(release(1, source="pemkot-aneh", **edited), crawl)
    store.end_crawl(crawl, "failed", HOSTILE, {}, datetime(2024, 11, 1, 1, tzinfo=UTC))
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE release_records SET gone_at = '2024-11-28T01:00:00Z' WHERE url LIKE '%aneh%/2'"
        )
    return engine


def made(engine: Engine, selection: Selection | None = None, lang: str = "en") -> str:
    with speaking(lang):
        return page(figures(engine, NOW, selection or Selection()), NOW)


def test_it_asks_nothing_of_anybody_and_escapes_all_text(archive: Engine) -> None:
    html = made(archive)
    found = seen(html)
    assert found.asked == []
    assert not {"script", "link", "img", "iframe", "object"} & set(found.tags)
    assert not re.search(r"url\(|@import", html)
    assert "default-src 'none'" in html
    assert "&lt;script&gt;alert" in html


def test_a_link_leads_to_a_web_page_only() -> None:
    assert link("<b>", "https://x.example/?a&b") == (
        '<a href="https://x.example/?a&amp;b" rel="noreferrer">&lt;b&gt;</a>'
    )
    assert link("<b>", "javascript:alert(1)") == "&lt;b&gt;"


def test_offices_have_names_and_numbers_stand_beneath_pictures(archive: Engine) -> None:
    html = made(archive)
    text = seen(html).text
    for numbers in (
        "Press releases, 1 September 2024 to 27 November 2024",
        "4 releases 4 about the election",
        f"Office 2024 Q3 2024 Q4 all {HOSTILE} 1 2 3 Kantor kpu-contoh 1 0 1",
        f"diskominfo {HOSTILE} 3 2 Sept 2024 27 Nov 2024",
        f"{HOSTILE} failed 1 Nov 2024 3 0",
        "ad hoc bodies",
    ):
        assert numbers in text
    for plot in re.findall(r"<svg.*?</svg>", html, re.S):
        width, height = map(float, (ElementTree.fromstring(plot).get("viewBox") or "").split()[2:])
        for shape in ElementTree.fromstring(plot).iter("rect"):
            x, y, w, h = (float(shape.get(name) or 0) for name in ("x", "y", "width", "height"))
            assert w > 0
            assert (x + w <= width + 0.01, y + h <= height) == (True, True)


def test_what_was_edited_and_withdrawn_is_listed_with_links(archive: Engine) -> None:
    found = seen(made(archive))
    assert found.links == [EDITED, "https://pemkot-aneh.example/berita/2"]
    assert f"{HOSTILE} 25 Nov 2024 26 Nov 2024 a crawl 1 wording" in found.text
    assert f"{HOSTILE} 27 Nov 2024 28 Nov 2024 1 Sept 2024 a crawl" in found.text


PLACE = f"https://web.archive.org/web/20240910221500id_/{URL}"


def test_what_only_web_archives_saw_is_counted_and_marked(store: Store, engine: Engine) -> None:
    backfilled(store, 1, 9, edited_on=9)
    found = seen(made(engine))
    assert "1 seen by web archives only" in found.text
    assert "10 Sept 2024 web.archive.org (no crawl saw it) 1 " in found.text
    assert PLACE in found.links, "the capture itself"
    assert "A day on which a web archive saw an edit is that of its capture" in found.text
    assert "Kantor pemkot-contoh never 1 1 0" in found.text
    text = seen(made(engine, lang="id")).text
    for indonesian in ("1 hanya terlihat oleh arsip web", "(tanpa kunjungan)"):
        assert indonesian in text


def test_what_a_crawl_saw_too_says_who_saw_it_last(store: Store, engine: Engine) -> None:
    crawled(store, 5)
    backfilled(store, 1, 9, edited_on=9)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE release_records SET gone_at = '2024-11-28T01:00:00Z'")
    found = seen(made(engine))
    assert "web archives only" not in found.text.partition("What was edited")[0]
    assert "10 Sept 2024 web.archive.org 1 " in found.text
    assert "28 Nov 2024 10 Sept 2024 web.archive.org " in found.text
    assert found.links.count(PLACE) == 2
    crawled(store, 20, EDITED_BODY)
    assert seen(made(engine)).links.count(PLACE) == 1, "the edit was still seen there first"
    crawled(store, 21, BODY)
    assert "22 Sept 2024 a crawl 2 " in seen(made(engine)).text


def test_who_speaks_about_which_topic(archive: Engine) -> None:
    text = seen(made(archive)).text
    assert f"Topic Name Function Quotes {HOSTILE} Sari Melati Ketua KPU 1" in text


def test_it_may_be_about_some_sources_and_days(archive: Engine) -> None:
    kpu = seen(made(archive, Selection(source=("kpu-contoh",)))).text
    assert "1 September 2024 to 1 September 2024 Kantor kpu-contoh 1 releases" in kpu
    assert "script" not in kpu.replace(f"{HOSTILE} Sari", "").replace(HOSTILE, "")
    assert f"{HOSTILE} failed" not in kpu
    days = Selection(since=date(2024, 11, 1), until=date(2024, 11, 26))
    november = seen(made(archive, days)).text
    assert "Press releases, 1 November 2024 to 26 November 2024 1 releases" in november


def test_it_is_in_one_language(archive: Engine) -> None:
    html = made(archive, lang="id")
    assert '<html lang="id">' in html
    text = seen(html).text
    assert "Siaran pers, 1 September 2024 sampai 27 November 2024" in text
    for english in ("Releases", "Office", "failed", "campaign", "a statement", "Nov 2024 to"):
        assert english not in text


def test_rows_that_are_compared_have_one_scale() -> None:
    days = [("many", date(2024, 9, 2), 10, 0), ("few", date(2024, 9, 2), 5, 0)]
    found = course(days, [])
    assert found is not None
    drawn = charts.columns("", found, found.rows)
    assert re.findall(r'class="whole".*? height="(.*?)"', drawn) == ["100.00", "50.00"]


def test_years_are_drawn_by_months() -> None:
    found = course([("a", date(2016, 1, 31), 1, 0), ("a", date(2024, 12, 31), 1, 0)], [])
    assert found is not None
    assert (found.periods.unit, len(found.periods.starts)) == ("month", 108)
    [series] = found.rows
    assert (series.values[0], series.values[-1], sum(series.values)) == (1, 1, 2)


def test_an_empty_archive_has_a_report_in_the_language_of_the_locale(
    run: Run, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "report.html"
    done = run("report", "-o", str(out))
    assert (done.exit_code, done.output) == (0, f"Written to {out}.\n")
    assert out.read_text(encoding="utf-8").count("None so far.") == 5
    monkeypatch.setenv("LANGUAGE", "id")
    assert run("report", "-o", str(out), "--until", "2024-11-27").exit_code == 0
    assert '<html lang="id">' in out.read_text(encoding="utf-8")
    assert run("report", "-o", str(out), "--lang", "en").exit_code == 0
    assert '<html lang="en">' in out.read_text(encoding="utf-8")
    assert run("report", "-o", str(out), "--source", "kpu-conto").exit_code == 2
    assert run("report", "-o", str(tmp_path / "nowhere" / "a.html")).exit_code == 2
