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
from tests.web.shapes.kpu import Kpu, KpuOld

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
}
