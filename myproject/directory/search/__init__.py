"""The search index and the search itself, alike on every database."""
