"""A GDAL that reads two formats from local files and nothing else; to be called before the first file is opened.

GDAL comes with some 180 drivers, many of which open further files or addresses that a file names (VRT, WFS, WMTS, …).
"""

from __future__ import annotations

import ctypes

import pyogrio
import pyogrio._io
import pyogrio.raw

from portal.kernel.formats.vector.environment import GDAL_ENVIRONMENT

ALLOWED = frozenset({"ESRI Shapefile", "GPKG", "MEM"})


def confine() -> None:
    """Takes every driver that is not on the list out of GDAL. Raises `RuntimeError` when one stays."""
    pyogrio.set_gdal_config_options(GDAL_ENVIRONMENT)
    library = _library()
    for driver, name in _drivers(library):
        if name not in ALLOWED:
            library.GDALDeregisterDriver(driver)
    left = registered()
    if not left <= ALLOWED or "GPKG" not in left:
        raise RuntimeError(f"GDAL keeps drivers that it should not: {sorted(left - ALLOWED)}")


def registered() -> frozenset[str]:
    """The short names of all drivers that GDAL has, raster ones too."""
    return frozenset(name for _, name in _drivers(_library()))


def _library() -> ctypes.CDLL:
    # pyogrio offers no way to take a driver out. The symbols of its GDAL are found through its own module, which is
    # loaded already: the wheel's library or the system's, whichever it is.
    library = ctypes.CDLL(pyogrio._io.__file__)
    library.GDALGetDriver.restype = ctypes.c_void_p
    library.GDALGetDriver.argtypes = [ctypes.c_int]
    library.GDALGetDriverShortName.restype = ctypes.c_char_p
    library.GDALGetDriverShortName.argtypes = [ctypes.c_void_p]
    library.GDALDeregisterDriver.restype = None
    library.GDALDeregisterDriver.argtypes = [ctypes.c_void_p]
    return library


def _drivers(library: ctypes.CDLL) -> list[tuple[int, str]]:
    handles = [library.GDALGetDriver(at) for at in range(library.GDALGetDriverCount())]
    return [(handle, library.GDALGetDriverShortName(handle).decode("ascii", "replace")) for handle in handles]
