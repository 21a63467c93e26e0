"""Disasters 灾情: events, reports and their way from the field to the settled figure."""
