"""Standard place names (地名): the register, and the way of an application to a name in it."""
