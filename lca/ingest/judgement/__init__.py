"""Judge what was read: places, doubles, matrices, figures, dates, contradictions, admin units."""
