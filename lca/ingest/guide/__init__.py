"""The guided mapping of a table that no profile knows: proposed, confirmed, saved as a profile."""
