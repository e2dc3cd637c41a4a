"""Signing in, accounts, roles, access tokens and the audit log."""
