"""Where does each county lie on the hexagon map, how is it shaded, and where do cities meet?"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from api.views.gate import shows
from scheduler.model import RegionCode
from scheduler.sight import Datum

RADIUS = 40  # of a hexagon that stands on a point, in units of the drawing
WIDTH = RADIUS * sqrt(3)
ROW = RADIUS * 1.5
MARGIN = 4
DEEPEST = 4  # shades 0 … 4; more lots keep the deepest

# The six corners clockwise from the top; side i lies between corners i and i+1.
CORNERS = tuple(
    (x * WIDTH / 2, y * RADIUS / 2) for x, y in ((0, -2), (1, -1), (1, 1), (0, 2), (-1, 1), (-1, -1))
)
# Steps (columns, rows) to the neighbour across each side; odd rows stand half a tile to the right.
STEPS_EVEN = ((0, -1), (1, 0), (0, 1), (-1, 1), (-1, 0), (-1, -1))
STEPS_ODD = ((1, -1), (1, 0), (1, 1), (0, 1), (-1, 0), (0, -1))


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """One county with its tile (odd rows are shifted half a tile) and how many lots it hosts."""

    code: RegionCode = shows(Datum.SCHEDULE)
    name: str = shows(Datum.SCHEDULE)
    city: str = shows(Datum.SCHEDULE)
    x: int = shows(Datum.SCHEDULE)
    y: int = shows(Datum.SCHEDULE)
    lots: int = shows(Datum.SCHEDULE, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A county as drawn: short name, centre, corners as an SVG points list, shade 0 … 4."""

    county: County
    label: str
    cx: float
    cy: float
    points: str
    shade: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HexMap:
    """The whole drawing; `borders` is one SVG path of the sides where two cities meet or the map ends."""

    width: int
    height: int
    tiles: tuple[Tile, ...]
    borders: str
    total: int

    @property
    def busy(self) -> tuple[Tile, ...]:
        """Tiles with lots, most lots first: these are links and rows of the short table."""
        return tuple(
            sorted((t for t in self.tiles if t.county.lots), key=lambda t: (-t.county.lots, t.county.code))
        )


def hexmap(counties: Iterable[County]) -> HexMap:
    """The drawing of these counties, in the order of their codes."""
    placed = sorted(counties, key=lambda county: county.code)
    tiles = tuple(_tile(county) for county in placed)
    across = max((t.cx for t in tiles), default=0) + WIDTH / 2 + MARGIN
    down = max((t.cy for t in tiles), default=0) + RADIUS + MARGIN
    return HexMap(
        width=round(across),
        height=round(down),
        tiles=tiles,
        borders=_borders(tiles),
        total=sum(county.lots for county in placed),
    )


def _tile(county: County) -> Tile:
    cx = MARGIN + (county.x + 0.5 + (county.y % 2) / 2) * WIDTH
    cy = MARGIN + RADIUS + county.y * ROW
    points = " ".join(f"{cx + dx:.1f},{cy + dy:.1f}" for dx, dy in CORNERS)
    return Tile(
        county=county,
        label=_label(county.name),
        cx=round(cx, 1),
        cy=round(cy, 1),
        points=points,
        shade=min(county.lots, DEEPEST),
    )


def _label(name: str) -> str:
    """瑶海区 → 瑶海, but 歙县 stays: the tile has room for three characters."""
    return name[:-1] if len(name) > 2 else name


def _borders(tiles: tuple[Tile, ...]) -> str:
    city = {(t.county.x, t.county.y): t.county.city for t in tiles}
    lines = []
    for tile in tiles:
        here = tile.county
        for side, step in enumerate(STEPS_ODD if here.y % 2 else STEPS_EVEN):
            there = city.get((here.x + step[0], here.y + step[1]))
            met_before = there is not None and side > 2
            if there != here.city and not met_before:
                (ax, ay), (bx, by) = CORNERS[side], CORNERS[(side + 1) % 6]
                lines.append(f"M{tile.cx + ax:.1f} {tile.cy + ay:.1f}L{tile.cx + bx:.1f} {tile.cy + by:.1f}")
    return "".join(lines)
