"""The start page and its plots."""
