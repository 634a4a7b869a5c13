"""Groups in a cloud of vectors: neighbours, similarity graph, communities, and how far to trust them.

Nothing here knows what a reason or a theme is; arrays in, arrays out, the same bytes for the same input
whatever the number of threads.
"""
