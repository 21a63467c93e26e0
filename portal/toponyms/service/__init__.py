"""Every write of the toponyms room."""
