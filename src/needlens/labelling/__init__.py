"""The labelling loop: which reasons to read, what was said of them, and shares corrected by it."""
