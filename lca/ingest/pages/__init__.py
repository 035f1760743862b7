"""Pages of a logistics capacity assessment: HTML and Word documents, and tables copied from them."""
