"""Codes: categories within a level that links are counted between, found and edited."""
