"""Pages of the org chart."""
