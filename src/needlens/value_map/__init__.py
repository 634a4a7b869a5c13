"""The hierarchical value map: which links are drawn, how sure they are, and where everything stands."""
