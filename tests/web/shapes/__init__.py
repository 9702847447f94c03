"""The shapes of real sites, and the traps, by the names `sites.toml` uses."""

from tests.web.press import Press
from tests.web.shapes.cities import (
    Balikpapan,
    Bandung,
    Bogor,
    Medan,
    Pontianak,
    Samarinda,
    Semarang,
    Surabaya,
    Surakarta,
)
from tests.web.shapes.kpu import Kpu, KpuOld, KpuOther
from tests.web.shapes.others import (
    Folder,
    Joomla,
    Lokomedia,
    Madiun,
    Pinned,
    Splash,
    TwoLists,
)
from tests.web.shapes.static import SitemapOnly, Static, Validators
from tests.web.shapes.traps import (
    Calendar,
    Clippings,
    Endless,
    Facets,
    Gallery,
    JSession,
    Pages,
    Redirects,
    Router,
    Session,
    Variants,
)
from tests.web.shapes.wordpress import Makassar, WordPress

SHAPES: dict[str, type[Press]] = {
    "kpu": Kpu,
    "kpu_old": KpuOld,
    "balikpapan": Balikpapan,
    "samarinda": Samarinda,
    "surakarta": Surakarta,
    "surabaya": Surabaya,
    "bandung": Bandung,
    "semarang": Semarang,
    "medan": Medan,
    "bogor": Bogor,
    "pontianak": Pontianak,
    "wordpress": WordPress,
    "makassar": Makassar,
    "static": Static,
    "sitemap_only": SitemapOnly,
    "validators": Validators,
    "kpu_other": KpuOther,
    "joomla": Joomla,
    "lokomedia": Lokomedia,
    "madiun": Madiun,
    "folder": Folder,
    "splash": Splash,
    "pinned": Pinned,
    "two_lists": TwoLists,
    "calendar": Calendar,
    "session": Session,
    "jsession": JSession,
    "endless": Endless,
    "facets": Facets,
    "redirects": Redirects,
    "router": Router,
    "gallery": Gallery,
    "clippings": Clippings,
    "pages": Pages,
    "variants": Variants,
}
