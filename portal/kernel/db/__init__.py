"""Tables, sessions and transactions; the only place that commits."""
