"""The proving ground: made-up sites of every shape on loopback, which tests and bench crawl.

    with Web(["surabaya", "wordpress"], count=25) as web:
        site = web["surabaya"]
        ...crawl `web.sources_toml`...
        site.edit(site.releases[3]); site.withdraw(site.releases[5]); site.publish()
        site.truth  # canonical URL → release as it stands now
        site.log    # every request: when, what, on which connection, how many at once

Each site has a loopback address of its own; nothing outside 127.0.0.0/8 is ever asked.
"""

from tests.web.ground import Web
from tests.web.site import WebSite

__all__ = ["Web", "WebSite"]
