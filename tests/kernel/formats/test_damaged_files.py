"""Files with bytes changed at random: every one is read or refused in a sentence, and nothing is left behind."""

import json
import os
import random
import tempfile

import pytest
import shapely

from portal.kernel.formats.limits import MEGABYTE, Limits
from portal.kernel.formats.opening import open_file
from portal.kernel.formats.reading import Wish
from portal.kernel.formats.rows import FileRefused
from tests.factories.vector_files import write_gpkg, write_shapefile, zipped

TRIES = int(os.environ.get("FUZZ_TRIES", "12"))
SHAPES = [shapely.Point(121.4 + at / 100, 31.2).buffer(0.01) for at in range(20)]
COLUMNS = {"名称": [f"第{at}号" for at in range(20)], "n": list(range(20))}
LIMITS = Limits(seconds=20, memory=768 * MEGABYTE)
REFUSALS = ("file.crashed", "file.too_much_memory", "file.too_slow")


def _gpkg(folder):
    return write_gpkg(folder / "a.gpkg", SHAPES, COLUMNS).read_bytes()


def _shapefile(folder):
    return write_shapefile(folder / "made", SHAPES, COLUMNS, encoding="GBK")


def _kml(_):
    marks = "".join(
        f"<Placemark><name>{name}</name><Point><coordinates>121.4,31.2</coordinates></Point></Placemark>"
        for name in COLUMNS["名称"]
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><kml><Document>{marks}</Document></kml>'.encode()


def _geojson(_):
    features = [
        {"type": "Feature", "properties": {"名称": name}, "geometry": json.loads(shapely.to_geojson(shape))}
        for name, shape in zip(COLUMNS["名称"], SHAPES, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def _spoiled(data, chance):
    spoiled = bytearray(data)
    for _ in range(chance.choice([1, 3, 30])):
        at = chance.randrange(len(spoiled))
        match chance.randrange(4):
            case 0:
                spoiled[at] ^= 1 << chance.randrange(8)
            case 1:
                spoiled[at : at + 4] = chance.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff"])
            case 2:
                del spoiled[at : at + chance.randrange(1, 40)]
            case 3:
                spoiled[at:at] = spoiled[at : at + chance.randrange(1, 40)]
        if not spoiled:
            return b"x"
    return bytes(spoiled)


@pytest.mark.slow
@pytest.mark.parametrize("make", [_gpkg, _shapefile, _kml, _geojson], ids=lambda make: make.__name__[1:])
def test_random_damage_is_read_or_refused(tmp_path, monkeypatch, make):
    temp, path = tmp_path / "temp", tmp_path / "given"
    temp.mkdir()
    whole = make(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(temp))
    codes = []
    for seed in range(TRIES):
        chance = random.Random(seed)
        if isinstance(whole, dict):
            victim = chance.choice([".shp", ".shx", ".dbf"])
            zipped(
                path, {f"街道{end}": _spoiled(data, chance) if end == victim else data for end, data in whole.items()}
            )
        else:
            path.write_bytes(_spoiled(whole, chance))
        try:
            with open_file(path, Wish(), LIMITS, name="f") as reading:
                codes.append(f"{len(list(reading.rows))} rows")
        except FileRefused as refusal:
            codes.append(refusal.code)
        assert list(temp.iterdir()) == []
    assert not set(codes) & set(REFUSALS), codes
