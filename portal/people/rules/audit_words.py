"""What the verbs and subjects of the audit trail mean, in words.

The trail keeps the short words that every room writes; a word that is not here is shown as it is.
"""

from __future__ import annotations

from portal.kernel.i18n.text import Text, text

VERBS: dict[str, Text] = {
    "added": text("added"),
    "approved": text("approved"),
    "changed": text("changed"),
    "closed": text("closed"),
    "corrected": text("corrected"),
    "disabled": text("disabled"),
    "drafted": text("drafted"),
    "enabled": text("enabled"),
    "ended": text("ended"),
    "granted": text("granted"),
    "imported": text("imported"),
    "made_home": text("made the home district"),
    "merged": text("merged"),
    "password_changed": text("changed the password"),
    "password_reset": text("reset the password"),
    "published": text("published"),
    "returned": text("returned"),
    "revoked": text("signed out a browser"),
    "signed_in": text("signed in"),
    "signed_out": text("signed out"),
    "submitted": text("submitted"),
    "withdrawn": text("withdrawn"),
}

SUBJECTS: dict[str, Text] = {
    "disasters.event": text("disaster event"),
    "disasters.report": text("disaster report"),
    "divisions.unit": text("division"),
    "maps.divisions.units": text("public edition of the divisions"),
    "maps.risk.hazards": text("public edition of the risk map"),
    "people.account": text("account"),
    "people.grant": text("role"),
    "people.session": text("sign-in"),
    "risk.hazard": text("hazard"),
}


def verb_name(verb: str) -> Text | str:
    """What was done, in words."""
    return VERBS.get(verb, verb)


def subject_name(subject: str) -> Text | str:
    """What it was done to, in words."""
    return SUBJECTS.get(subject, subject)
