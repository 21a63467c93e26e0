"""Human input of the room to commands, or messages by field."""
