"""Values of the gazetteer in files: out, and in again."""
