"""Map data to rows: GeoPackage and shapefile by a GDAL that knows nothing else, GeoJSON and KML by our own readers."""
