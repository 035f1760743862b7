"""Export profiles: the field names and codes of other organisations' layers, as data (TOML)."""
