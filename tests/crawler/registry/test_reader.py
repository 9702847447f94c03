from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.registry.reader import SourceError, load_sources

RIGHT = """\
[[source]]
id = "pemkot-bontang"
kind = "pemkot"
publisher = "Pemerintah Kota Bontang"
region = "64.74"
home = "https://berita.bontangkota.go.id/"
"""
EXTRA = 7  # the line of what a test adds to it


def mistakes(tmp_path: Path, text: str | bytes) -> list[str]:
    """What is said about a file of this content, without the file's name."""
    file = tmp_path / "x.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SourceError) as raised:
        load_sources(file)
    lines = str(raised.value).split("\n")
    assert all(line.startswith(f"{file}:") for line in lines)
    return [line.removeprefix(f"{file}:") for line in lines]


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ('hom = "https://x.test/"', 'unknown key "hom"; did you mean home?'),
        ('select.titel = "h1"', 'unknown key "select.titel"; did you mean title?'),
        ("expect = { per_week = 3 }", 'unknown key "expect.per_week"'),
        ("expect = { per_month = 0 }", "expect.per_month must be a whole number"),
        ("expect.per_month = true", "expect.per_month must be a whole number"),
        ("expect = 30", "expect must be a table; write expect.per_month = …"),
        ('timezone = "Asia/Balikpapan"', 'timezone "Asia/Balikpapan" is unknown'),
        ('timezone = "Asia"', 'timezone "Asia" is unknown'),
        ('timezone = "../passwd"', 'timezone "../passwd" is unknown'),
        ('listing = "berita"', 'listing "berita" must begin with https://, http:// or /'),
        ('listing = "//x.test/berita"', "listing"),
        ('listing = "/berita?page={n}"', "listing"),
        ('listing = ["/berita", 3]', "listing must be text"),
        ("listing = []", "listing is empty"),
        ('feed = "ftp://x.test/feed"', "feed"),
        ('feed = ""', "feed is empty"),
        ('sitemap = "https:///sitemap.xml"', "sitemap"),
        ('sitemap = "https://x.test:port/"', "sitemap"),
        ('article = "/berita/("', 'article "/berita/(" is not a valid regular expression'),
        ('article = "/berita/{nomor}"', "has an unknown placeholder {nomor}"),
        ("article = 5", 'article must be text in quotes: "…"'),
        ('select.body = "div >"', 'select.body "div >" is not a CSS selector'),
        ('select.published = ":hari"', "select.published"),
        ('delay = "3"', "delay must be a number of seconds"),
        ("delay = -1", "delay must be"),
        ("delay = inf", "delay must be"),
        ("delay = nan", "delay must be"),
        ("delay = true", "delay must be"),
        ("delay = 5000", "delay must be a number of seconds, from 0 to 3600"),
        ("delay = 1" + "0" * 400, "delay must be"),
        ('select.body = "' + ":not(" * 3000 + '"', "select.body"),
        ('"a\u2028b" = 1', "unknown key"),
        ('verified = "2026-11-24"', "verified must be a date without quotes"),
        ("verified = 2026-11-24T08:00:00", "verified must be a date"),
        ("verified = true", "verified must be a date"),
        ("insecure = true", "insecure must be text"),
        ('note = "  "', "note is empty"),
        ('"a\\nb" = 1', 'unknown key "a\\nb"'),
    ],
)
def test_a_wrong_key_is_named_with_its_line(tmp_path: Path, extra: str, said: str) -> None:
    (mistake,) = mistakes(tmp_path, RIGHT + extra + "\n")
    assert mistake.startswith(f"{EXTRA}: ")
    assert said in mistake
    assert mistake.isprintable()


@pytest.mark.parametrize(
    ("was", "wrong", "said"),
    [
        ('"pemkot-bontang"', '"Pemkot Bontang"', '2: id "Pemkot Bontang" may hold only'),
        ('"pemkot-bontang"', '"pemkot_bontang"', '2: id "pemkot_bontang" may hold only'),
        ('"pemkot-bontang"', '"pemkot-bontang\\n"', "2: id"),
        ('"pemkot"', '"pemda"', '3: kind "pemda" is unknown; it is bawaslu, kpu or pemkot'),
        ('"Pemerintah Kota Bontang"', '"a\\nb"', "4: publisher must be one line"),
        ('"64.74"', '"99.99"', '5: region "99.99" is unknown'),
        ('"64.74"', "64.74", "5: region must be text in quotes"),
        ('"https://berita.bontangkota.go.id/"', '"/berita"', '6: home "/berita" is not a URL'),
        ('"https://berita.bontangkota.go.id/"', '"x.test"', '6: home "x.test" is not a URL'),
        ('"https://berita.bontangkota.go.id/"', '"https://a..b/"', "6: home"),
        ('"https://berita.bontangkota.go.id/"', '"https://a b/"', "6: home"),
        ('"https://berita.bontangkota.go.id/"', '"https://u:p@x.test/"', "6: home"),
        ('kind = "pemkot"\n', "", "1: missing key kind; every source needs id, kind,"),
    ],
)
def test_a_wrong_or_missing_necessary_key_is_named(
    tmp_path: Path, was: str, wrong: str, said: str
) -> None:
    (mistake,) = mistakes(tmp_path, RIGHT.replace(was, wrong))
    assert mistake.startswith(said)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "1: no [[source]]"),
        (b"# only a comment\n", "1: no [[source]]"),
        (b'\n[source]\nid = "x"\n', "2: source must be written [[source]]"),
        (b"source = [1]\n", "1: source must be written [[source]]"),
        (RIGHT.encode() + b"[cities]\n", '7: unknown key "cities"'),
        (RIGHT.encode() + b"note = slow\n", "7: broken TOML: Invalid value, column 8"),
        (RIGHT.encode() + b'note = "slow\ndelay = 3\n', "7: broken TOML"),
        (RIGHT.encode() + b'kind = "kpu"\n', "7: broken TOML"),
        (RIGHT.encode() + b"verified = 2026-02-30\n", "7: broken TOML"),
        (RIGHT.encode() + b'note = """slow\nand so on\n', "8: broken TOML"),
        (RIGHT.encode() + b"note = " + b"[" * 5000, "7: broken TOML"),
        (RIGHT.encode() + b"note = " + b"{a = " * 5000, "7: broken TOML"),
        (
            RIGHT.encode() + b"a." * 50_000 + b"b = 1",
            "7: broken TOML: the key has more than 64 parts",
        ),
        (RIGHT.encode() + b"delay = " + b"1" * 5000, "7: broken TOML"),
        (RIGHT.encode() + b'note = "a\x00b"\n', "7: broken TOML"),
        (RIGHT.encode() + 'note = "è"\n'.encode("latin-1"), "7: is not UTF-8"),
        (RIGHT.encode("utf-16"), "1: is not UTF-8"),
        (b"#" * (1 << 20) + b"\n", "1: is larger than"),
    ],
)
def test_a_file_that_is_no_registry_is_told_by_line(
    tmp_path: Path, content: bytes, said: str
) -> None:
    (mistake,) = mistakes(tmp_path, content)
    assert mistake.startswith(said)


def test_a_number_for_a_home_makes_no_second_mistake_of_its_paths(tmp_path: Path) -> None:
    wrong = RIGHT.replace('"https://berita.bontangkota.go.id/"', "1") + 'listing = "/berita"\n'
    assert mistakes(tmp_path, wrong) == ['6: home must be text in quotes: "…"']


def test_all_mistakes_of_all_files_come_at_once_and_in_order(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(RIGHT + 'feed = "x"\n' + "\n" + RIGHT + 'kin = "x"\n')
    (tmp_path / "b.toml").write_text("= broken\n")
    (tmp_path / "c.toml").write_text(RIGHT.replace('region = "64.74"\n', "delay = -1\n"))
    with pytest.raises(SourceError) as raised:
        load_sources(tmp_path)
    said = str(raised.value).replace(f"{tmp_path}/", "").split("\n")
    assert [line.split("; ")[0] for line in said] == [
        'a.toml:7: feed "x" must begin with https://, http:// or /',
        'a.toml:10: id "pemkot-bontang" is taken at a.toml:2',
        'a.toml:15: unknown key "kin"',
        "b.toml:1: broken TOML: Invalid statement, column 1",
        "c.toml:1: missing key region",
        'c.toml:2: id "pemkot-bontang" is taken at a.toml:2',
        "c.toml:5: delay must be a number of seconds, from 0 to 3600",
    ]


def test_a_path_that_leads_nowhere_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nowhere\.toml:1: cannot be read: No such file"):
        load_sources(tmp_path / "nowhere.toml")
    with pytest.raises(SourceError, match=r":1: no \*\.toml file in this folder"):
        load_sources(tmp_path)
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(SourceError, match=r"folder\.toml:1: cannot be read: Is a directory"):
        load_sources(tmp_path)


statements = ["[[source]]\n", "[source.select]\n", "id = 'a'\n", "delay = 3\n", "note = '''"]
toml_pieces = st.sampled_from(statements) | st.sampled_from("[]{}\"'#.=5i \n\r\x00\ufeffé")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(toml_pieces, max_size=20).map("".join) | st.text(max_size=40))
def test_no_text_does_anything_but_load_or_say_why(tmp_path: Path, text: str) -> None:
    file = tmp_path / "any.toml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        load_sources(file)
    except SourceError as error:
        for line in str(error).split("\n"):
            number, cause = line.removeprefix(f"{file}:").split(": ", 1)
            assert 1 <= int(number) <= text.count("\n") + 1
            assert cause.isprintable()
