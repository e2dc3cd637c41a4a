"""The language of whoever reads: translated texts, dates, numbers. Every room may lean on it; it leans on none."""
