"""Names that other packages do not promise to keep. Each is used in one module; as long as there
are any, requirements.txt bounds their packages from above."""

from __future__ import annotations

import argparse
import ast
import inspect
import io
import re
import sys
import zipfile
from collections import defaultdict
from importlib import import_module
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from scrapy.settings import default_settings

from archive.search import stemming

HTTP11 = "scrapy.core.downloader.handlers.http11"
NEWCLIENT = "twisted.web._newclient"
HANDLER = "crawler/downloader/handler.py"
ROBOTS = "crawler/middlewares/robots_txt.py"
DELAY = "crawler/extensions/crawl_delay.py"
BASE = "crawler/spiders/base.py"
STEMMING = "archive/search/stemming.py"
SETTINGS = "crawler/settings.py"
NORMALIZER = "Sastrawi.Stemmer.Filter.TextNormalizer"
"""Of whole texts; this program stems words."""
ROOT = Path(__file__).parents[1]

NAMES = [
    (HTTP11, "_LenientHTTP11ClientFactory", HANDLER),
    (HTTP11, "_LenientHTTP11ClientProtocol", HANDLER),
    (HTTP11, "_ScrapyAgent._cb_bodyready", HANDLER),
    (HTTP11, "_ScrapyAgent._headers_from_twisted_response", HANDLER),
    ("scrapy.utils._download_handlers", "wrap_twisted_exceptions", HANDLER),
    (NEWCLIENT, "HEADER", HANDLER),
    (NEWCLIENT, "STATUS", HANDLER),
    (NEWCLIENT, "Response", HANDLER),
    ("scrapy.downloadermiddlewares.robotstxt", "RobotsTxtMiddleware._parse_robots", ROBOTS),
    ("scrapy.downloadermiddlewares.robotstxt", "RobotsTxtMiddleware._robots_error", ROBOTS),
    ("scrapy.core.downloader", "Downloader.get_slot_key", DELAY),
    ("scrapy.core.scraper", "Slot.is_idle", BASE),
    ("Sastrawi.Stemmer.Stemmer", "Stemmer.stem_word", STEMMING),
    ("Sastrawi.Stemmer.StemmerFactory", "StemmerFactory.get_words", STEMMING),
    ("scrapy.settings.default_settings", "EXTENSIONS_BASE", SETTINGS),
    (
        "warcio.bufferedreaders",
        "BufferedReader.DECOMPRESSORS",
        "archive/captures/brotli_for_warcio.py",
    ),
]
PUBLIC = {"_asdict", "_fields", "_replace"} | {"_Decompress", "_Element"}
"""The interface of named tuples, and names of types that only type checkers read."""
PYTHON = {"_actions": "crawler/cli.py"}
"""Of the standard library."""
NAMING = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef),
    *(ast.Name, ast.Attribute, ast.ImportFrom),
)
"""Code that defines names, or takes them from elsewhere."""
ATTRIBUTES = [
    (HTTP11, "HTTP11DownloadHandler", "_pool", HANDLER),
    (HTTP11, "HTTP11DownloadHandler", "_contextFactory", HANDLER),
    (HTTP11, "HTTP11DownloadHandler", "_bind_address", HANDLER),
    (HTTP11, "HTTP11DownloadHandler", "_default_maxsize", HANDLER),
    (HTTP11, "HTTP11DownloadHandler", "_default_warnsize", HANDLER),
    (HTTP11, "HTTP11DownloadHandler", "_fail_on_dataloss", HANDLER),
    (HTTP11, "HTTP11DownloadHandler", "_crawler", HANDLER),
    (HTTP11, "HTTP11DownloadHandler", "_tls_verbose_logging", HANDLER),
    ("twisted.web.client", "HTTPConnectionPool", "_factory", HANDLER),
    ("twisted.web.client", "_HTTP11ClientFactory", "_quiescentCallback", HANDLER),
    (NEWCLIENT, "HTTP11ClientProtocol", "_parser", HANDLER),
    (NEWCLIENT, "Response", "_transport", HANDLER),
    (NEWCLIENT, "TransportProxyProducer", "_producer", HANDLER),
    ("scrapy.downloadermiddlewares.robotstxt", "RobotsTxtMiddleware", "_parsers", ROBOTS),
    ("scrapy.core.downloader", "Downloader", "slots", DELAY),
    ("scrapy.core.downloader", "Downloader", "per_slot_settings", DELAY),
    ("scrapy.extensions.throttle", "AutoThrottle", "mindelay", DELAY),
    ("scrapy.extensions.throttle", "AutoThrottle", "maxdelay", DELAY),
    ("scrapy.core.scraper", "Scraper", "slot", BASE),
]


def _gone(module: str, name: str, user: str) -> str:
    package = module.split(".")[0]
    return (
        f"{module}.{name} is gone: adapt {user} to this version of {package}, or bound {package} "
        "below it in requirements.txt"
    )


@pytest.mark.parametrize(("module", "name", "user"), NAMES, ids=[name for _, name, _ in NAMES])
def test_the_private_name_is_there(module: str, name: str, user: str) -> None:
    value = import_module(module)
    for part in name.split("."):
        value = getattr(value, part, None)
        assert value is not None, _gone(module, name, user)


@pytest.mark.parametrize(
    ("module", "owner", "name", "user"),
    ATTRIBUTES,
    ids=[f"{owner}.{name}" for _, owner, name, _ in ATTRIBUTES],
)
def test_the_private_attribute_is_there(module: str, owner: str, name: str, user: str) -> None:
    classes = getattr(import_module(module), owner).__mro__[:-1]
    sources = map(inspect.getsource, classes)
    is_there = any(f"self.{name}" in source or f"\n    {name} " in source for source in sources)
    assert is_there, _gone(module, f"{owner}.{name}", user)


def test_the_web_servers_are_extensions_under_the_names_that_the_settings_leave_out() -> None:
    for name in ("RemoteControl", "TelnetConsole"):
        is_there = any(path.endswith(f".{name}") for path in default_settings.EXTENSIONS_BASE)
        assert is_there, _gone(
            "scrapy.settings.default_settings", f"EXTENSIONS_BASE: {name}", SETTINGS
        )


def test_sastrawi_asks_no_more_of_re_than_the_stand_in_has() -> None:
    stemming.stem("menetapkan")
    asked: dict[str, set[str]] = defaultdict(set)
    for name, module in sys.modules.items():
        if name.startswith("Sastrawi.") and name != NORMALIZER and hasattr(module, "re"):
            for function in re.findall(r"\bre\.(\w+)", inspect.getsource(module)):
                asked[function].add(name)
    assert "sub" in asked, f"Sastrawi does not use `re` any more: simplify {STEMMING}"
    missing = [f"re.{name}" for name in asked if not hasattr(stemming._Expressions, name)]
    assert not missing, f"Sastrawi uses {missing}: add it to _Expressions in {STEMMING}"


def test_argparse_lists_the_options() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--since")
    options = [option for action in parser._actions for option in action.option_strings]
    assert "--since" in options, "argparse has no `_actions` any more: adapt crawler/cli.py"


def test_zipfile_checks_nothing_where_no_checksum_is_expected() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as container:
        container.writestr("a", "text")
    with zipfile.ZipFile(file) as container:
        info = container.getinfo("a")
        info.CRC = None  # type: ignore[assignment]
        assert container.read(info) == b"text", (
            "zipfile compares a checksum of None: adapt crawler/rebuild/warc_import.py"
        )


@pytest.mark.parametrize("package", ["scrapy", "twisted", "pysastrawi", "warcio"])
def test_the_package_is_bounded_from_above(package: str) -> None:
    lines = [
        line.partition("#")[0] for line in (ROOT / "requirements.txt").read_text().splitlines()
    ]
    wanted = {
        one.name.lower(): one for line in lines if line.strip() for one in [Requirement(line)]
    }
    assert any(bound.operator == "<" for bound in wanted[package].specifier), (
        f"requirements.txt gives no upper bound of {package}, whose private names are used"
    )


def test_no_other_private_name_is_used() -> None:
    """Private names that nothing in this program defines, and private modules, are listed here."""
    trees = {
        str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8"))
        for folder in ("archive", "crawler")
        for path in (ROOT / folder).rglob("*.py")
    }
    nodes = [
        (path, node)
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, NAMING)
    ]
    own = {name for _, node in nodes for name in _defined(node)}
    listed = {(part, user) for _, name, user in NAMES for part in name.split(".")}
    listed |= {(name, user) for _, _, name, user in ATTRIBUTES} | set(PYTHON.items())
    listed |= {(part, user) for module, _, user in NAMES for part in module.split(".")}
    for path, node in nodes:
        for name in _foreign(node):
            if name not in own and name not in PUBLIC and (name, path) not in listed:
                pytest.fail(
                    f"{path} uses the private name {name} of another package: do without it, or "
                    "list it in tests/test_private_names.py with an upper bound in requirements.txt"
                )


def _defined(node: ast.AST) -> list[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [node.name]
        case ast.Name(ctx=ast.Store()):
            return [node.id]
        case ast.Attribute(value=ast.Name(id="self" | "cls"), ctx=ast.Store()):
            return [node.attr]
        case _:
            return []


def _foreign(node: ast.AST) -> list[str]:
    match node:
        case ast.Attribute(attr=name):
            names = [name]
        case ast.ImportFrom(module=str(module)) if not module.startswith(("archive", "crawler")):
            names = [*module.split("."), *(alias.name for alias in node.names)]
        case _:
            names = []
    return [name for name in names if name.startswith("_") and not name.startswith("__")]
