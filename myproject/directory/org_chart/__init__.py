"""Who reports to whom, as a tree."""
