"""The tree of departments, its history, its people, and the locations."""
