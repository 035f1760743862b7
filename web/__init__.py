"""The Leaflet viewer: static files and page templates, no code."""
