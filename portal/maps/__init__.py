"""Maps 地图: the layer registry, publication, tiles and the public map."""
