"""The report: one self-contained page for people who read and decide."""
