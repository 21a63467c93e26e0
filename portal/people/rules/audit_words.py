"""What the verbs and subjects of the audit trail mean, in words.

The trail keeps the short words that every room writes; a word that is not here is shown as it is.
"""

from __future__ import annotations

from portal.kernel.i18n.text import Text, text

VERBS: dict[str, Text] = {
    "added": text("added"),
    "approved": text("approved"),
    "cancelled": text("cancelled"),
    "changed": text("edited"),
    "chosen": text("chose"),
    "closed": text("closed"),
    "confirmed": text("confirmed"),
    "disabled": text("disabled"),
    "discarded": text("discarded"),
    "enabled": text("enabled"),
    "ended": text("took back"),
    "exported": text("exported"),
    "granted": text("granted"),
    "import_undone": text("took an import back"),
    "imported": text("imported"),
    "issued": text("issued"),
    "made_home": text("made the home district"),
    "opened": text("opened"),
    "password_changed": text("changed the password"),
    "password_reset": text("reset the password"),
    "published": text("published"),
    "returned": text("returned"),
    "revoked": text("signed out a browser"),
    "rows_forgotten": text("cleared staged rows"),
    "saved": text("saved"),
    "signed_in": text("signed in"),
    "signed_out": text("signed out"),
    "submitted": text("submitted"),
    "undone": text("took back"),
    "uploaded": text("uploaded"),
    "voided": text("declared void"),
    "withdrawn": text("withdrawn"),
}

SUBJECTS: dict[str, Text] = {
    "disasters.draft": text("draft of a disaster report"),
    "disasters.event": text("disaster event"),
    "disasters.report": text("disaster report"),
    "divisions.import": text("import of divisions"),
    "divisions.unit": text("division"),
    "exchange.import": text("import of a file"),
    "exchange.export": text("list as a file"),
    "exchange.number_pattern": text("form of running numbers"),
    "exchange.paper": text("issued paper"),
    "exchange.paper_template": text("template of a paper"),
    "maps.divisions.units": text("public edition of the divisions"),
    "maps.places.shelters": text("public edition of the shelters"),
    "maps.risk.hazards": text("public edition of the risk map"),
    "people.account": text("account"),
    "people.grant": text("role"),
    "people.session": text("sign-in"),
    "places.import": text("import of places"),
    "places.place": text("place"),
    "risk.hazard": text("hazard"),
    "risk.import": text("import of hazards"),
}


def verb_name(verb: str) -> Text | str:
    """What was done, in words."""
    return VERBS.get(verb, verb)


def subject_name(subject: str) -> Text | str:
    """What it was done to, in words."""
    return SUBJECTS.get(subject, subject)
