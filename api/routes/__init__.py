"""The endpoints, one module a noun; each parses, authorises, calls and serialises."""
