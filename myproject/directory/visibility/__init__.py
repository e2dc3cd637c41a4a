"""Which people and which fields a viewer may see: the one policy for every way out."""
