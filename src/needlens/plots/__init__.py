"""Figures of a study for notebooks."""
