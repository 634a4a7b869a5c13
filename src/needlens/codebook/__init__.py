"""Human edits of themes, kept apart from the partition so that they survive a refit."""
