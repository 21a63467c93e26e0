"""Bytes to rows and back: file formats without a database and without a domain word."""
