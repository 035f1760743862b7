"""Plans built on answers: alternatives, comparisons, convoys, route cards, and what size gets through."""
