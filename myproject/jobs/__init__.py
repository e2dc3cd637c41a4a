"""Background work: the ledger of jobs, the threads that do them, and the mail that they send."""

from datetime import timedelta

LEASE = timedelta(seconds=60)
"""How long a claim of a job holds without being renewed: after the end of a process its jobs wait so long."""
