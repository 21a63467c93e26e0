"""The passwords and the key of one installation: made once, kept in a file only its owner can read."""

from __future__ import annotations

import json
import secrets as randomness
from dataclasses import asdict, dataclass, fields

from portal.errors import Misconfigured
from portal.kernel.i18n.text import text
from portal.kernel.pg.folder import Folder


@dataclass(frozen=True, repr=False)
class Secrets:
    """One password a role, and the key that signs cookies and tokens. Never shown by `repr`."""

    superuser: str
    owner: str
    app: str
    public: str
    secret_key: str

    @classmethod
    def generated(cls) -> Secrets:
        """256 random bits each."""
        return cls(**{field.name: randomness.token_urlsafe(32) for field in fields(cls)})


def load(folder: Folder) -> Secrets | None:
    """The secrets of the folder, None when it has none yet; `Misconfigured` when they cannot be read."""
    try:
        kept = json.loads(folder.secrets.read_text(encoding="utf-8"))
        return Secrets(**{field.name: str(kept[field.name]) for field in fields(Secrets)})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise Misconfigured(
            text(
                "The secrets in %(path)s cannot be read (%(reason)s). They belong to the database beside them: "
                "bring the file back from a backup.",
                path=folder.secrets,
                reason=type(problem).__name__,
            )
        ) from None


def load_or_make(folder: Folder) -> Secrets:
    """The secrets of the folder, made first where there are none; a database without its secrets is refused."""
    with folder.lock("secrets"):
        kept = load(folder)
        if kept is None:
            if folder.cluster_majors():
                raise Misconfigured(
                    text(
                        "%(path)s is missing, and the database beside it cannot be opened without it: "
                        "bring the file back from a backup.",
                        path=folder.secrets,
                    )
                )
            kept = Secrets.generated()
            save(folder, kept)
        return kept


def save(folder: Folder, kept: Secrets) -> None:
    """Write the secrets whole or not at all."""
    folder.write(folder.secrets, json.dumps(asdict(kept), indent=1) + "\n")
