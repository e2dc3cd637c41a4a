"""A list of verbs becomes a plan: drafts, rules and rows."""
