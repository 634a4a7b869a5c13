"""The whole run: from verbatims to a study folder on disk, and back."""
