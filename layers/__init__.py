"""Versioned map layers: specs, store, publishing, history, differences, queries and exports."""
