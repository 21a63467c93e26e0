"""The file store: what people send and what the house writes, outside the web root, destroyed when its time is over."""
