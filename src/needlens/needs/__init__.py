"""Needs: frameworks of them, scores of reasons, themes across categories, statements."""
