"""People as CSV and vCard."""
