"""The content of a change file: its units, its ground, and what it comes to."""

from portal.divisions.views.change_content import drawing, editing, features, previewing

__all__ = ["drawing", "editing", "features", "previewing"]
