"""Scrapy's settings with their reasons.

Scrapy 2.19's defaults suit a fast crawler; this one is a guest on small, slow public servers.
"""

import os
from pathlib import Path

from scrapy.settings import default_settings

BOT_NAME = "arsip-pilkada"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
COMMANDS_MODULE = "crawler.commands"

# Locations; an environment variable or `-s NAME=VALUE` overrides them.
ARCHIVE_URL = os.environ.get("ARCHIVE_URL", "sqlite:///archive.db")
SOURCES = os.environ.get("SOURCES", str(Path(__file__).parent / "sources"))
CAPTURES = os.environ.get("CAPTURES", "captures/")
# What people have corrected; `rebuild` applies it, too.
CORRECTIONS = os.environ.get("CORRECTIONS", "corrections.toml")
# The web archives that `backfill` asks, with their limits.
WEB_ARCHIVES = str(Path(__file__).parent / "data" / "web_archives.toml")

# Operators must be able to see who crawls, and to write back: CONTACT is a mail or web address,
# added to the user agent (crawler.run.crawl_run).
CONTACT = os.environ.get("CONTACT", "")
USER_AGENT = "ArsipPilkada/0.1 (archive of election press releases)"

# Politeness. City sites answer in 1.6 s (median), at worst in 9.5 s, so more than one connection
# per host only makes their queue longer. AutoThrottle slows down further; the delay is its minimum.
# A source's TOML may raise the delay, never lower it.
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "ArsipPilkada"
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 3.0
# Random delays: up to half as long again (`crawler.run.crawl_run` makes the delay the minimum,
# where Scrapy would go below it).
DOWNLOAD_DELAY_JITTER = 0.2
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 3.0
AUTOTHROTTLE_MAX_DELAY = 60.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
# Indonesian pages: Scrapy's default asks for English. Without Brotli and Zstandard, which few tools
# for WARC files decompress (not warcio 1.8): everybody must be able to read the evidence. A
# response that has them nevertheless is captured and read.
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "id,en;q=0.5",
    "Accept-Encoding": "gzip, deflate",
}
# The timeout of 30 s is three times the slowest response seen. Each retry waits twice as long as
# the one before (6, 12, 24 … s), so that a server in trouble gets time rather than load;
# Retry-After is obeyed, up to this many seconds: beyond that, the next crawl continues.
DOWNLOAD_TIMEOUT = 30
RETRY_TIMES = 4
RETRY_AFTER_MAX = 300.0
# After this many failures in a row, the site is left alone until the next crawl.
GIVE_UP_AFTER = 4
REDIRECT_MAX_TIMES = 5
# Seconds: of a longer Crawl-delay in robots.txt, so much is kept, and a warning says so. Heritrix,
# the crawler of web archives, keeps as much (`respectCrawlDelayUpToSeconds`).
CRAWL_DELAY_MAX = 300.0
# Sources crawled at the same time; sources on one host always follow one another.
CONCURRENT_SOURCES = 32
# Fewer under one registered domain: some 550 election offices use one CMS, probably on one machine.
CONCURRENT_SOURCES_PER_DOMAIN = 8
# The deepest page seen is 541 of a KPU listing; a listing beyond this is taken to be endless.
LISTING_PAGES_MAX = 2000
# Limits of one crawl of one source. The largest office has some 5,000 releases.
SOURCE_REQUESTS_MAX = 30_000
SOURCE_BYTES_MAX = 4 * 1024**3

# Safety. The largest release page seen is some hundred KB; the default of 1 GiB would fill memory.
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
# Endless headers, and names with private addresses: Scrapy limits neither.
DOWNLOAD_HANDLERS = {
    "http": "crawler.downloader.timing.Timed",
    "https": "crawler.downloader.timing.Timed",
    # Only http and https are requested (crawler.url_policy): Scrapy would also read local files.
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
TWISTED_DNS_RESOLVER = "crawler.downloader.resolver.PublicResolver"
# Off by default in Scrapy: without it, anybody on the way could forge a response.
DOWNLOAD_VERIFY_CERTIFICATES = True
# A truncated page is not what the authority published: it is retried, then recorded as failed.
DOWNLOAD_FAIL_ON_DATALOSS = True
# Cookies would tie pages to a session; both consoles open ports nobody asked for.
COOKIES_ENABLED = False
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
# Its heuristics served 60 of 60 pages from the cache, edits unseen.
HTTPCACHE_ENABLED = False
# Longer URLs would be dropped silently; servers refuse those that are too long for them.
URLLENGTH_LIMIT = 0

# Captures: responses as received, in WARC files. A file is completed at this size or age (and at
# midnight UTC), so that it can be copied elsewhere.
CAPTURES_ENABLED = True
CAPTURES_FILE_BYTES = 512 * 1024**2
CAPTURES_FILE_SECONDS = 6 * 3600

# The documents that releases link to (docs/attachments.md): `off` (links are recorded), `by-size`
# (up to ATTACHMENTS_BYTES) or `on` (up to ATTACHMENTS_BYTES_MAX, since a document is held in
# memory). Only those on the source's own hosts are asked for.
ATTACHMENTS = os.environ.get("ATTACHMENTS", "off")
ATTACHMENTS_BYTES = 8 * 1024**2
ATTACHMENTS_BYTES_MAX = 30 * 1024**2  # more than 32 MiB is not read back from a WARC file

# Before a crawl writes anything, the clock is compared with the archive and with some hosts; one
# that is off by a day stops it.
CLOCK_CHECK = True

# Extraction: seconds per page before it is given up, and the number of workers (0: one per core).
EXTRACTION_TIMEOUT = 30.0
EXTRACTION_WORKERS = 0

DOWNLOADER_MIDDLEWARES = {
    # Drops redirects to other sites silently; our middleware replaces it and reports them.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "crawler.middlewares.offsite.OffsiteMiddleware": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.robots_txt.StrictRobotsTxtMiddleware": 100,
    "crawler.middlewares.conditional_get.ConditionalGetMiddleware": 400,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.middlewares.retry.PatientRetryMiddleware": 550,
    # Uses the same exception for a decompression bomb as for an ignored response.
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.middlewares.http_compression.BoundedHttpCompressionMiddleware": 590,
}
ITEM_PIPELINES = {
    "crawler.pipelines.ValidatePipeline": 300,
    "crawler.pipelines.DeduplicatePipeline": 400,
    "crawler.pipelines.StorePipeline": 500,
}
# Both are off (above). Where they are listed they are imported all the same, with a web server.
EXTENSIONS_BASE = {
    name: order
    for name, order in default_settings.EXTENSIONS_BASE.items()
    if not name.endswith((".RemoteControl", ".TelnetConsole"))
}
EXTENSIONS = {
    "crawler.extensions.crawl_delay.CrawlDelay": 0,
    "crawler.extensions.progress.Progress": 0,
    "crawler.extensions.warc_capture.Captures": 0,
}

# What people need is printed at the end, a line per source; `-L INFO` shows the details.
LOG_LEVEL = "ERROR"
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
