"""Keeping a store whole: backup and restore, the doctor, the collection of what nothing uses."""
