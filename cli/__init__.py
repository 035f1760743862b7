"""The command line `lca`."""
