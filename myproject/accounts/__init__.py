"""Accounts: who may sign in, and how they prove who they are. No Pyramid in here."""
