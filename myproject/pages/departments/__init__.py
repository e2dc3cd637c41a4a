"""Pages of departments."""
