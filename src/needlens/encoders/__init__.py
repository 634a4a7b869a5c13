"""Texts to vectors: the weights, the model that runs them, the cache in front of it."""
