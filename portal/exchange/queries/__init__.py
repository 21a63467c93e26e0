"""Every SELECT of the room but those on rows on their way, which stand in `staging`."""
