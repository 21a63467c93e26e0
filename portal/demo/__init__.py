"""The demonstration district, built through the rooms' own services."""
