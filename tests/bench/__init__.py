"""Benchmarks: plain scripts, each on a database server of its own. `README.md` says how to run and read them."""
