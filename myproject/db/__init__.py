"""Engines, sessions, bulk writes, retries, dialects: only this room and the migrations ask which database it is."""
