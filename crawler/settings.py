"""Scrapy's settings, and why each is as it is.

Scrapy 2.19's defaults suit a fast crawler; this one is a guest on small, slow public servers.
"""

import os
from pathlib import Path

BOT_NAME = "arsip-pilkada"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
COMMANDS_MODULE = "crawler.commands"

# Where things are; an environment variable or `-s NAME=VALUE` says otherwise.
ARCHIVE_URL = os.environ.get("ARCHIVE_URL", "sqlite:///archive.db")
SOURCES = os.environ.get("SOURCES", str(Path(__file__).parent / "sources"))
CAPTURES = os.environ.get("CAPTURES", "captures/")

# An operator must be able to see who asks, and to ask back: CONTACT is a mail or web address; it is
# added to the user agent (crawler.run.crawl_run).
CONTACT = os.environ.get("CONTACT", "")
USER_AGENT = "ArsipPilkada/0.1 (archive of election press releases)"

# Politeness. City sites answer in a median of 1.6 s, at worst in 9.5 s, so more than one
# connection a host only makes their queue longer. AutoThrottle slows down further when they do;
# the delay is its floor. A source's TOML may raise the delay, never lower it.
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "ArsipPilkada"
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 3.0
# So that requests do not come like clockwork: up to half as long again (`crawler.run.crawl_run`
# makes the delay the least, where Scrapy would go below it).
DOWNLOAD_DELAY_JITTER = 0.2
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 3.0
AUTOTHROTTLE_MAX_DELAY = 60.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
# Pages as Indonesian readers get them: Scrapy's default asks for English. Without Brotli and
# Zstandard, which few tools that read WARC files unpack (warcio 1.8 among them): evidence is for
# everybody. An answer that is packed so nevertheless is kept and read.
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "id,en;q=0.5",
    "Accept-Encoding": "gzip, deflate",
}
# A time-out of 30 s is three times the slowest answer seen. Each retry waits twice as long as the
# one before (6, 12, 24 … s), so that a server in trouble gets time rather than load; what a server
# asks for in Retry-After is kept, up to so many seconds: beyond that the next crawl asks.
DOWNLOAD_TIMEOUT = 30
RETRY_TIMES = 4
RETRY_AFTER_MAX = 300.0
# So many failures in a row and the site is left in peace until the next crawl.
GIVE_UP_AFTER = 4
REDIRECT_MAX_TIMES = 5
# The longest crawl delay of a robots.txt that is obeyed; beyond it the operator means "not now".
CRAWL_DELAY_MAX = 60.0
# How many sources are crawled side by side; sources of one host always follow one another.
CONCURRENT_SOURCES = 32
# Of those under one registered domain fewer: some 550 election offices are one CMS, and behind
# their names there is likely one machine.
CONCURRENT_SOURCES_PER_DOMAIN = 8
# The depth seen is page 541 of a KPU listing; beyond this a listing is taken to be endless.
LISTING_PAGES_MAX = 2000
# What one crawl of one source may take. The largest office has some 5,000 releases.
SOURCE_REQUESTS_MAX = 30_000
SOURCE_BYTES_MAX = 4 * 1024**3

# Safety. The largest release page seen is some hundred KB; the default of 1 GiB would fill memory.
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
# A head without end, and names that lead into private nets: nothing of Scrapy's bounds these.
DOWNLOAD_HANDLERS = {
    "http": "crawler.downloader.timing.Timed",
    "https": "crawler.downloader.timing.Timed",
    # Nothing but the web is ever asked (crawler.web_url): Scrapy would read files of this machine.
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
TWISTED_DNS_RESOLVER = "crawler.downloader.resolver.PublicResolver"
# Off by default in Scrapy: without it anybody on the way can put words into a city's mouth.
DOWNLOAD_VERIFY_CERTIFICATES = True
# A truncated page is not what the authority published: it is retried, then recorded as failed.
DOWNLOAD_FAIL_ON_DATALOSS = True
# Cookies would tie pages to a session; both consoles open ports nobody asked for.
COOKIES_ENABLED = False
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
# Its heuristics served 60 of 60 pages from the cache, edits unseen.
HTTPCACHE_ENABLED = False
# Longer addresses would be dropped without a word; servers refuse what is too long for them.
URLLENGTH_LIMIT = 0

# Captures: what came over the wire, in WARC files. A file is completed when it has so many bytes or
# is so many seconds old (and at midnight UTC), so that it can be copied away.
CAPTURES_ENABLED = True
CAPTURES_FILE_BYTES = 512 * 1024**2
CAPTURES_FILE_SECONDS = 6 * 3600

# Before a crawl writes anything the clock is held against the archive and against some hosts; one
# that is a day off stops it.
CLOCK_CHECK = True

# Reading pages: seconds a page may take before it is given up, and how many readers there are
# (0: one a core).
EXTRACTION_TIMEOUT = 30.0
EXTRACTION_WORKERS = 0

DOWNLOADER_MIDDLEWARES = {
    # Drops redirects to other sites unheard; the guard takes its place and says so.
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "crawler.middlewares.offsite.OffsiteMiddleware": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.robots_txt.StrictRobotsTxtMiddleware": 100,
    "crawler.middlewares.conditional_get.ConditionalGetMiddleware": 400,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.middlewares.retry.PatientRetryMiddleware": 550,
    # Its word for a packed bomb is that of an answer somebody chose to ignore.
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.middlewares.http_compression.BoundedHttpCompressionMiddleware": 590,
}
ITEM_PIPELINES = {
    "crawler.pipelines.ValidatePipeline": 300,
    "crawler.pipelines.DeduplicatePipeline": 400,
    "crawler.pipelines.StorePipeline": 500,
}
EXTENSIONS = {
    "crawler.extensions.crawl_delay.CrawlDelay": 0,
    "crawler.extensions.progress.Progress": 0,
    "crawler.extensions.warc_capture.Captures": 0,
}

# What people need to know is said at the end, a line a source; `-L INFO` shows the way there.
LOG_LEVEL = "ERROR"
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
