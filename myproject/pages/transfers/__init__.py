"""Pages of files in and out: imports and exports."""
