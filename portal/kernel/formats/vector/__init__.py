"""Map data to rows: GeoPackage and shapefile through a GDAL that knows nothing else, GeoJSON and KML by our own readers."""
