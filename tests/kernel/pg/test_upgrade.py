"""Moving to another cluster, tried with the one PostgreSQL major that is here; refusals for the rest."""

import dataclasses

import pytest

from portal.errors import Misconfigured, RuleBroken
from portal.kernel.pg import binaries, databases, dump, upgrade
from portal.kernel.pg.cluster import Cluster
from tests.conftest import FAST


def nothing(done: int, total: int) -> None:
    """Takes the place of a progress bar."""


@pytest.fixture
def filled(own_installation):
    """A stopped installation with a few rows in two databases."""
    here = own_installation
    here.start()
    databases.ensure(here.cluster, "anjie")
    for name in ("anjie", "anjie_demo"):
        with here.cluster.connect(name) as connection:
            connection.execute("CREATE SCHEMA room AUTHORIZATION anjie_owner")
            connection.execute("CREATE TABLE room.units AS SELECT n, ST_Point(n, n) AS g FROM generate_series(1, 99) n")
            connection.execute("GRANT USAGE ON SCHEMA room TO anjie_app")
            connection.execute("GRANT SELECT ON room.units TO anjie_app")
    here.cluster.stop()
    return here


def another_cluster(here) -> Cluster:
    building = here.folder.root / ".postgres-99.moving"
    new = Cluster(here.folder, here.cluster.binaries, here.secrets.superuser, conf=FAST, data_dir=building)
    new.make()
    return new


def test_every_database_arrives_with_its_rows_and_rights(filled, own_settings):
    new = another_cluster(filled)
    upgrade.move(filled.cluster, new, own_settings, filled.secrets, nothing)
    assert filled.cluster.status() == new.status() == "stopped"
    new.start()
    try:
        assert databases.names(new) == ["anjie", "anjie_demo"]
        assert dump.row_counts(new, "anjie") == {"room.units": 99}
        with new.connect("anjie") as connection:
            connection.execute("SET ROLE anjie_app")
            assert connection.execute("SELECT count(*) FROM room.units").fetchone() == (99,)
    finally:
        new.stop()


def test_a_copy_that_differs_stops_the_move(filled, own_settings, monkeypatch):
    counted = dump.row_counts
    monkeypatch.setattr(
        dump, "row_counts", lambda cluster, name: {} if cluster is not filled.cluster else counted(cluster, name)
    )
    with pytest.raises(Misconfigured, match=r"differs in room\.units"):
        upgrade.move(filled.cluster, another_cluster(filled), own_settings, filled.secrets, nothing)


def test_nothing_to_do_on_the_newest(filled, own_settings):
    assert upgrade.upgrade(own_settings, nothing) is None


def test_the_new_cluster_gets_its_name_at_the_end_and_the_old_one_stays(filled, own_settings, monkeypatch):
    """The newest is made to look newer by one than it is."""
    real = filled.cluster.binaries
    pretended = dataclasses.replace(real, major=real.major + 1)
    monkeypatch.setattr(binaries, "find", lambda major=None: real if major == real.major else pretended)
    moved = upgrade.upgrade(own_settings, nothing, conf=FAST)
    assert (moved.old, moved.new) == (real.major, real.major + 1)
    assert moved.kept.is_dir()
    assert filled.folder.cluster_majors() == [real.major + 1, real.major]


def test_refused_while_running(filled, own_settings, monkeypatch):
    real = filled.cluster.binaries
    pretended = dataclasses.replace(real, major=real.major + 1)
    monkeypatch.setattr(binaries, "find", lambda major=None: real if major == real.major else pretended)
    filled.cluster.start()
    with pytest.raises(RuleBroken, match="stop bin/serve"):
        upgrade.upgrade(own_settings, nothing)


def test_without_the_old_programs_the_package_is_named(filled, own_settings):
    filled.cluster.data_dir.rename(filled.folder.root / "postgres-13")
    with pytest.raises(Misconfigured, match="apt-get install postgresql-13"):
        upgrade.upgrade(own_settings, nothing)
