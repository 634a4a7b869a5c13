"""Cutting a verbatim into ideas: lines, list items, sentences, clauses, always as spans."""
