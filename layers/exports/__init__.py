"""Writers of a release as a file, one module a format; ``layers.export`` is the door to them."""
