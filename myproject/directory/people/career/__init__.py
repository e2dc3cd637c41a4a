"""What happened in an employment, as sentences need it."""
