"""Readers fed with files that were spoiled on purpose; see README.md."""
