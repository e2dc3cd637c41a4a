"""Filters and sort orders of the list, and the statements that they become."""
