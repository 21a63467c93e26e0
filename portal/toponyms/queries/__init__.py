"""Every SELECT of the toponyms room."""
