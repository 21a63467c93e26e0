"""What GDAL is told before it is loaded: no network, no plug-ins, no neighbours of a file, no code from a database."""

from __future__ import annotations

GDAL_ENVIRONMENT = {
    # No plug-ins from folders, no neighbours of the file, nothing written beside it but a lost .shx.
    "GDAL_DRIVER_PATH": "disable",
    "OGR_DRIVER_PATH": "disable",
    "GDAL_CONFIG_FILE": "/dev/null",
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_PAM_ENABLED": "NO",
    "GDAL_NUM_THREADS": "1",
    "GDAL_CACHEMAX": "16",
    "SHAPE_RESTORE_SHX": "YES",
    "CPL_DEBUG": "OFF",
    # No network: nothing may be asked, and what were asked would go to a closed door.
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "GDAL_HTTP_PROXY": "http://127.0.0.1:9",
    "GDAL_HTTPS_PROXY": "http://127.0.0.1:9",
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_CONNECTTIMEOUT": "1",
    "GDAL_HTTP_MAX_RETRY": "0",
    "PROJ_NETWORK": "OFF",
    # No code from a database.
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
    "OGR_SQLITE_LIST_VIRTUAL_OGR": "NO",
}
"""For the environment of the reading process, so that it holds before the library is there."""
