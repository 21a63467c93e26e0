"""Columns and rows of the room's files that pages, commands and the exchange share, one module a subject."""
