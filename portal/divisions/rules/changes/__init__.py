"""Pure decisions about changes of divisions: what a file says, what it does to units, and what forbids it."""
