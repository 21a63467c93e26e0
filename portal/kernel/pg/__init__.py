"""The private PostgreSQL server: find it, make it, start it, stop it, clone from a template."""
