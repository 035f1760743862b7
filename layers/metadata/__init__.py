"""What catalogues are told of a version: STAC and DCAT."""
