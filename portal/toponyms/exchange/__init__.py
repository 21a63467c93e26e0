"""What goes in and out of the room as files."""
