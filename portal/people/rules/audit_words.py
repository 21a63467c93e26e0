"""What the verbs and subjects of the audit trail mean, in words.

The trail keeps the short words that every room writes; a word that is not here is shown as it is.
"""

from __future__ import annotations

from portal.kernel.i18n.text import Text, text

VERBS: dict[str, Text] = {
    "accepted": text("accepted"),
    "added": text("added"),
    "announce": text("announced"),
    "approve": text("approved"),
    "approved": text("approved"),
    "cancelled": text("cancelled"),
    "carried": text("carried to another division"),
    "changed": text("edited"),
    "check": text("closed the checks"),
    "chosen": text("chose"),
    "closed": text("closed"),
    "complete": text("found complete"),
    "confirmed": text("confirmed"),
    "consult": text("consulted"),
    "corrected": text("put right"),
    "decided": text("decided"),
    "disabled": text("disabled"),
    "discarded": text("discarded"),
    "document_added": text("added a paper"),
    "document_withdrawn": text("took a paper out"),
    "edited": text("edited"),
    "enabled": text("enabled"),
    "ended": text("took back"),
    "enter": text("entered into the gazetteer"),
    "exported": text("exported"),
    "file": text("filed"),
    "granted": text("granted"),
    "import_undone": text("took an import back"),
    "imported": text("imported"),
    "issued": text("issued"),
    "looked": text("ran the checks"),
    "made_home": text("made the home district"),
    "opened": text("opened"),
    "paper_added": text("added a paper"),
    "paper_withdrawn": text("took a paper back"),
    "password_changed": text("changed the password"),
    "password_reset": text("reset the password"),
    "published": text("published"),
    "received": text("received"),
    "refuse": text("did not approve the name"),
    "returned": text("returned"),
    "revoked": text("signed out a browser"),
    "rows_forgotten": text("cleared staged rows"),
    "saved": text("saved"),
    "signed_in": text("signed in"),
    "signed_out": text("signed out"),
    "stepped": text("took a step"),
    "submitted": text("submitted"),
    "survey": text("looked at the site"),
    "told_progress": text("told of a month"),
    "undone": text("took back"),
    "uploaded": text("uploaded"),
    "voided": text("declared void"),
    "withdraw": text("withdrew"),
    "withdrawn": text("withdrawn"),
}

SUBJECTS: dict[str, Text] = {
    "disasters.draft": text("draft of a disaster report"),
    "disasters.event": text("disaster event"),
    "disasters.report": text("disaster report"),
    "divisions.change": text("change file"),
    "divisions.gazetteer": text("values of the gazetteer"),
    "divisions.gazetteer_entry": text("text entry of the gazetteer"),
    "divisions.gazetteer_review": text("yearly review of the gazetteer"),
    "divisions.basic_unit": text("basic management unit"),
    "divisions.import": text("import of divisions"),
    "divisions.lists": text("published lists of divisions"),
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
    "toponyms.application": text("application for a place name"),
    "toponyms.import": text("import of place names"),
    "toponyms.name": text("place name"),
}


def verb_name(verb: str) -> Text | str:
    """What was done, in words."""
    return VERBS.get(verb, verb)


def subject_name(subject: str) -> Text | str:
    """What it was done to, in words."""
    return SUBJECTS.get(subject, subject)
