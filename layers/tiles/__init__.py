"""Vector tiles: geometries cut into Mapbox Vector Tiles, kept in PMTiles archives, and read again."""
