"""Human input of the toponyms room to commands, or messages by field."""
