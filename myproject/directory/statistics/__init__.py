"""Head counts, and who joined, moved and left."""
