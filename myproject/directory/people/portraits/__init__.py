"""Pictures: checked and decoded in a process of their own, then stored."""
