"""The one table of settings, their types, and the reading of an ini outside the server."""
