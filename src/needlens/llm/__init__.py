"""A language model that may propose; it is off unless asked for, and nothing depends on it."""
