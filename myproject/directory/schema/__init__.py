"""What can be said: fields, verbs, the clock, text."""
