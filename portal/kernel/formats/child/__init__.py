"""Reading files from strangers in a process of its own, which has little and may be ended at any time."""
