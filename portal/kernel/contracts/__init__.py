"""The types that rooms declare instances of."""
