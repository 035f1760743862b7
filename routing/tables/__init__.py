"""The planner's tables: times between many places, what is in reach, cut off, critical or unknown."""
