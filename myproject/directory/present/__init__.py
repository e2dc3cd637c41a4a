"""The derived table of today."""
