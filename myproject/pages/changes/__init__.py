"""Pages about change sets, and undoing one."""
