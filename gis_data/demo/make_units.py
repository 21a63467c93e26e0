"""Draw the demo district: ten schematic towns of about the true size around ten given centres.

No surveyed line and no map data enter. A smooth hull is laid around the centres and divided by a power
diagram whose weights are adapted until every town has its area. Then the straight edges are bent gently, each
shared edge once, so that neighbours keep exactly the same vertices. The same input gives the same file.

    python gis_data/demo/make_units.py        # writes putuo_units.geojson beside this file

Lengths are metres in a local plane (x = east, y = north); the file is CGCS2000 (EPSG:4490), longitude first.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
import shapely.affinity
from shapely.geometry import LineString, Polygon, mapping

OUTPUT = Path(__file__).with_name("putuo_units.geojson")
PARENT_CODE = "310107"
SEED = 310107
DECIMALS = 6
GRID_M = 0.01
EQUATOR_M, FLATTENING = 6378137.0, 1 / 298.257222101  # CGCS2000 ellipsoid
LON0, LAT0 = 121.40, 31.26

# The look of the outline: how far blocks are turned, how round its hollows and corners are at least.
TURN_DEGREES, HOLLOW_M, CORNER_M = 18, 3000, 900


@dataclass(frozen=True)
class Town:
    """One town to draw: its codes in both systems, its names, its centre in degrees and its area in km²."""

    code_mca: str
    code_nbs: str
    name: str
    name_en: str
    kind: str
    lon: float
    lat: float
    area_km2: float


TOWNS = (
    Town("310107005", "310107005", "曹杨新村街道", "Caoyang Xincun", "street", 121.403, 31.240, 2.1),
    Town("310107014", "310107014", "长风新村街道", "Changfeng Xincun", "street", 121.396, 31.230, 5.8),
    Town("310107015", "310107015", "长寿路街道", "Changshou Lu", "street", 121.427, 31.243, 4.0),
    Town("310107016", "310107016", "甘泉路街道", "Ganquan Lu", "street", 121.429, 31.268, 2.4),
    Town("310107017", "310107017", "石泉路街道", "Shiquan Lu", "street", 121.417, 31.254, 3.5),
    Town("310107020", "310107020", "宜川路街道", "Yichuan Lu", "street", 121.436, 31.259, 2.2),
    Town("310107021", "310107022", "真如镇街道", "Zhenru Zhen", "street", 121.391, 31.257, 6.0),
    Town("310107022", "310107021", "万里街道", "Wanli", "street", 121.400, 31.271, 3.1),
    Town("310107102", "310107102", "长征镇", "Changzheng", "town", 121.372, 31.237, 7.6),
    Town("310107103", "310107103", "桃浦镇", "Taopu", "town", 121.364, 31.282, 19.2),
)


def metres_per_degree() -> np.ndarray:
    """East and north metres of one degree at the district's middle, from the ellipsoid's curvature."""
    squared = FLATTENING * (2 - FLATTENING)
    lat = math.radians(LAT0)
    bend = 1 - squared * math.sin(lat) ** 2
    north = EQUATOR_M * (1 - squared) / bend**1.5
    east = EQUATOR_M * math.cos(lat) / math.sqrt(bend)
    return np.radians([east, north])


def to_plane(degrees: np.ndarray) -> np.ndarray:
    """(n, 2) longitudes and latitudes → metres east and north of the middle."""
    return (degrees - [LON0, LAT0]) * metres_per_degree()


def to_degrees(metres: np.ndarray) -> np.ndarray:
    """(n, 2) local metres → longitudes and latitudes rounded to the file's decimals."""
    return np.round(metres / metres_per_degree() + [LON0, LAT0], DECIMALS)


def block(site: np.ndarray, area: float) -> Polygon:
    """A turned square, somewhat larger than the town's area, around its centre."""
    half = math.sqrt(1.2 * area) / 2
    return shapely.affinity.rotate(shapely.box(*(site - half), *(site + half)), TURN_DEGREES)


def rounded_hull(sites: np.ndarray, areas: np.ndarray, growth: float) -> Polygon:
    """The towns' blocks joined, hollows filled and corners rounded, then grown by `growth` metres."""
    blocks = shapely.union_all([block(*pair) for pair in zip(sites, areas, strict=True)])
    closed = blocks.buffer(HOLLOW_M, quad_segs=24).buffer(-HOLLOW_M, quad_segs=24)
    opened = closed.buffer(-CORNER_M, quad_segs=24).buffer(CORNER_M, quad_segs=24)
    return opened.buffer(growth, quad_segs=24).simplify(4)


def hull_of_area(sites: np.ndarray, areas: np.ndarray) -> Polygon:
    """The rounded hull grown or shrunk (bisection, metres) until it has the towns' total area."""
    low, high = -1500.0, 1500.0
    while high - low > 1e-3:
        middle = (low + high) / 2
        too_small = rounded_hull(sites, areas, middle).area < areas.sum()
        low, high = (middle, high) if too_small else (low, middle)
    return rounded_hull(sites, areas, high)


def half_plane(normal: np.ndarray, limit: float, reach: float = 1e5) -> Polygon:
    """All points p with normal · p ≤ limit, as a square that is large against the district."""
    length = np.hypot(*normal)
    inward, along = -normal / length, np.array([-normal[1], normal[0]]) / length
    foot = normal * limit / length**2
    corners = [foot + along * reach, foot - along * reach]
    return Polygon([*corners, corners[1] + inward * reach, corners[0] + inward * reach])


def power_cell(index: int, sites: np.ndarray, weights: np.ndarray, hull: Polygon) -> Polygon:
    """The part of the hull whose power distance |p − site|² − weight is smallest for site `index`."""
    cell = hull
    heights = (sites**2).sum(axis=1) - weights
    for other in range(len(sites)):
        if other != index:
            limit = (heights[other] - heights[index]) / 2
            cell = cell.intersection(half_plane(sites[other] - sites[index], limit))
    return cell


def power_cells(sites: np.ndarray, weights: np.ndarray, hull: Polygon) -> list[Polygon]:
    """The power cells of all sites, in their order."""
    return [power_cell(index, sites, weights, hull) for index in range(len(sites))]


def balanced_cells(sites: np.ndarray, areas: np.ndarray, hull: Polygon) -> list[Polygon]:
    """Power cells whose weights were raised or lowered until each area is right to one part in 2,000."""
    weights = np.zeros(len(sites))
    for _ in range(500):
        cells = [power_cell(index, sites, weights, hull) for index in range(len(sites))]
        missing = areas - shapely.area(cells)
        if np.max(np.abs(missing) / areas) < 5e-4:
            return cells
        weights += 0.4 * missing
    raise ArithmeticError("The weights of the power diagram did not settle.")


def shared_edges(cells: list[Polygon]) -> list[LineString]:
    """Every border once, from junction to junction, in a fixed order and direction."""
    network = shapely.union_all(shapely.boundary(cells), grid_size=GRID_M)
    edges = shapely.get_parts(shapely.line_merge(network)).tolist()
    directed = [edge if edge.coords[0] <= edge.coords[-1] else edge.reverse() for edge in edges]
    return sorted(directed, key=lambda edge: (edge.coords[0], edge.coords[-1], edge.length))


def bent_bridge(points: int, height: float, random: np.random.Generator) -> np.ndarray:
    """Midpoint displacement from 0 to 0 over `points` steps (a power of two), shifted to mean zero.

    The mean is taken away with a parabola, so both ends stay put and the two areas hardly change.
    """
    offsets, step = np.zeros(points + 1), points
    while step > 1:
        middles = (offsets[:-1:step] + offsets[step::step]) / 2
        offsets[step // 2 :: step] = middles + random.uniform(-height, height, len(middles))
        step, height = step // 2, height * 0.5
    place = np.linspace(0, 1, points + 1)
    return offsets - 6 * offsets.mean() * place * (1 - place)


def bend(edge: LineString, random: np.random.Generator) -> np.ndarray:
    """The edge as (n, 2) points about 90 m apart, moved sideways by a gentle bridge; its ends do not move."""
    steps = 2 ** max(2, round(math.log2(edge.length / 90)))
    points = shapely.get_coordinates(edge.interpolate(np.linspace(0, 1, steps + 1), normalized=True))
    along = np.gradient(points, axis=0)
    sideways = np.column_stack([-along[:, 1], along[:, 0]]) / np.hypot(*along.T)[:, None]
    offsets = bent_bridge(steps, min(0.09 * edge.length, 260.0), random)
    return points + sideways * offsets[:, None]


def polygons_from(edges: list[np.ndarray], sites: np.ndarray) -> list[Polygon]:
    """Close the bent edges (degrees) to one polygon a site; each site must lie in a polygon of its own."""
    faces = shapely.get_parts(shapely.polygonize([LineString(edge) for edge in edges]))
    owners = [np.flatnonzero(shapely.contains_xy(faces, *site)) for site in sites]
    if len(faces) != len(sites) or sorted(np.concatenate(owners)) != list(range(len(sites))):
        raise ArithmeticError("The bent edges do not enclose exactly one polygon for each centre.")
    return [shapely.orient_polygons(faces[owner[0]].normalize()) for owner in owners]


def make_polygons(towns: tuple[Town, ...] = TOWNS, seed: int = SEED) -> list[Polygon]:
    """The towns' polygons in degrees, in the order given: a valid coverage with exactly shared vertices."""
    centres = np.array([(town.lon, town.lat) for town in towns])
    areas = np.array([town.area_km2 for town in towns]) * 1e6
    sites = to_plane(centres)
    cells = balanced_cells(sites, areas, hull_of_area(sites, areas))
    random = np.random.default_rng(seed)
    return polygons_from([to_degrees(bend(edge, random)) for edge in shared_edges(cells)], centres)


def feature(town: Town, polygon: Polygon) -> dict:
    """One GeoJSON feature; `quality` says on every row that the outline is schematic."""
    properties = {"name": town.name, "name_en": town.name_en, "kind": town.kind, "code_mca": town.code_mca,
                  "code_nbs": town.code_nbs, "parent_code": PARENT_CODE, "quality": "schematic"}  # fmt: skip
    return {"type": "Feature", "properties": properties, "geometry": mapping(polygon)}


def collection_text() -> str:
    """The whole file as text, one feature a line."""
    features = [feature(*pair) for pair in zip(TOWNS, make_polygons(), strict=True)]
    rows = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in features)
    return f'{{"type":"FeatureCollection","name":"putuo_units","features":[\n{rows}\n]}}\n'


def main() -> None:
    """Write the file that the demo ships."""
    OUTPUT.write_text(collection_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
