"""Languages: Chinese by default, English complete."""
