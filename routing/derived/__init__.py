"""Layers that are computed from the roads and the published layers: road status and isolation."""
