"""What lies in a data folder, and the settings that follow from it."""

import json
import os
import stat

import pytest
from pydantic import SecretStr
from sqlalchemy import make_url

from portal.errors import Misconfigured, RuleBroken
from portal.kernel.pg import secrets
from portal.kernel.pg.installation import complete, folder_of, installation, mark_set_up
from portal.settings import Settings
from tests.conftest import FAST


def external(folder, **more) -> Settings:
    values = {"database_url": "postgres://anjie_app:x@db.example/anjie", **more}
    return Settings(
        data_dir=folder,
        **{"DATABASE_URL" if name == "database_url" else name: SecretStr(value) for name, value in values.items()},
    )


def test_secrets_are_made_once_and_shown_to_nobody(own_settings, own_installation):
    path = own_installation.folder.secrets
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.stat().st_uid == own_installation.folder.account.uid
    kept = json.loads(path.read_text())
    assert len(set(kept.values())) == 5
    assert all(len(value) >= 40 for value in kept.values())
    again = installation(own_settings, conf=FAST)
    assert again.secrets == own_installation.secrets
    shown = f"{again.secrets!r} {complete(own_settings)!r}"
    assert not any(value in shown for value in kept.values())


def test_completed_settings_name_one_address_a_role(own_settings, own_installation):
    urls = complete(own_settings).urls
    for name in ("app", "public", "owner"):
        url = make_url(getattr(urls, name).get_secret_value())
        assert url.drivername == "postgresql+psycopg"
        assert url.username == f"anjie_{name}"
        assert url.query == {"host": str(own_installation.folder.socket_dir), "port": "5432"}
        assert url.database == "anjie_demo"


def test_the_marker_decides_what_is_served(own_settings, own_installation):
    assert complete(own_settings).demo is True
    mark_set_up(own_installation.folder)
    assert complete(own_settings).demo is False
    assert make_url(complete(own_settings).urls.app.get_secret_value()).database == "anjie"
    assert own_installation.served == "anjie"


def test_without_an_installation_nothing_is_made_by_asking(own_settings):
    with pytest.raises(Misconfigured, match="no installation"):
        complete(own_settings)
    assert not own_settings.data_dir.exists()


def test_a_folder_of_a_major_that_is_gone_names_the_way_out(own_settings):
    folder = folder_of(own_settings)
    folder.make()
    old = folder.root / "postgres-13"
    old.mkdir()
    (old / "PG_VERSION").write_text("13\n")
    with pytest.raises(Misconfigured, match=r"postgresql-13-postgis-3.*portal db upgrade"):
        installation(own_settings)


def test_a_version_file_that_disagrees_is_refused(own_settings, own_installation):
    (own_installation.cluster.data_dir / "PG_VERSION").write_text("14\n")
    with pytest.raises(Misconfigured, match="portal db upgrade"):
        installation(own_settings, conf=FAST)


def test_a_database_without_its_secrets_is_not_touched(own_settings, own_installation):
    own_installation.folder.secrets.unlink()
    with pytest.raises(Misconfigured, match="bring the file back from a backup"):
        installation(own_settings, conf=FAST)
    assert not own_installation.folder.secrets.exists()


@pytest.mark.parametrize("content", ["", "[]", "{}", "{"])
def test_unreadable_secrets_are_one_sentence(own_settings, own_installation, content):
    own_installation.folder.secrets.write_text(content)
    with pytest.raises(Misconfigured, match="cannot be read"):
        secrets.load(own_installation.folder)


def test_a_folder_of_somebody_else_is_refused(open_folder):
    if os.geteuid() != 0:
        pytest.skip("needs root")
    theirs = open_folder / "data"
    theirs.mkdir(mode=0o700)
    os.chown(theirs, 65534, 65534)
    with pytest.raises(Misconfigured, match="PORTAL_DATA_DIR"):
        installation(Settings(data_dir=theirs, database_url=None))


def test_a_folder_that_the_service_user_cannot_reach_is_named(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("needs root")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(Misconfigured, match="cannot enter"):
        installation(Settings(data_dir=closed / "data", database_url=None))


# --- a database that somebody else runs ---------------------------------------------------------------


def test_external_without_the_public_address_prints_the_sql(open_folder):
    with pytest.raises(Misconfigured, match="CREATE ROLE anjie_public") as refusal:
        complete(external(open_folder / "data"))
    assert "PORTAL_PUBLIC_DATABASE_URL" in str(refusal.value)
    assert "default_transaction_read_only" in str(refusal.value)


def test_external_addresses_get_our_driver_and_a_kept_key(open_folder):
    given = external(open_folder / "data", public_database_url="postgresql://anjie_public:y@db.example/anjie")
    completed = complete(given)
    assert completed.urls.app.get_secret_value() == "postgresql+psycopg://anjie_app:x@db.example/anjie"
    assert completed.urls.owner is None
    assert completed.demo is False
    assert complete(given).secret_key == completed.secret_key
    assert len(completed.secret_key.get_secret_value()) > 40


def test_external_refuses_what_is_no_postgresql(open_folder):
    with pytest.raises(Misconfigured, match="DATABASE_URL must name a PostgreSQL"):
        complete(external(open_folder, database_url="mysql://x/y", public_database_url="postgresql://z/y"))


def test_external_settings_make_no_embedded_server(open_folder):
    with pytest.raises(RuleBroken, match="DATABASE_URL"):
        installation(external(open_folder / "data"))
