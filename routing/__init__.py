"""Road graphs, constraints on their edges, the path engine and the answers."""
