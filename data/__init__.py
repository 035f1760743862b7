"""Demo areas and reference tables, every file with a sidecar of its source and licence."""
