"""Notebooks for analysts, and their pages for readers."""
