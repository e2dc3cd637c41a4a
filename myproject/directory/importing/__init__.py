"""A spreadsheet or a file of records becomes a list of verbs."""
