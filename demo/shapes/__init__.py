"""The shapes that sites of cities and election offices have, one a module."""

from demo.shapes.fulltext import FullText
from demo.shapes.kpu import Kpu
from demo.shapes.laravel import Laravel
from demo.shapes.portal import Portal
from demo.shapes.shape import Answer, Shape
from demo.shapes.table import Table
from demo.shapes.wordpress import WordPress

SHAPES: dict[str, type[Shape]] = {
    "fulltext": FullText,
    "kpu": Kpu,
    "laravel": Laravel,
    "portal": Portal,
    "table": Table,
    "wordpress": WordPress,
}

__all__ = ["SHAPES", "Answer", "Shape"]
