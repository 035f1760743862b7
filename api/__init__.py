"""The HTTP service: parse, authorise, call, serialise."""
