"""What a process keeps in memory, under keys that hold the revision."""
