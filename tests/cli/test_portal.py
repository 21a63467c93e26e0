"""The `portal` command as an operator meets it: help, exit codes, sentences."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from portal.cli import main
from portal.kernel.i18n import terminal
from portal.kernel.i18n.text import text
from portal.settings import CHECKOUT

VERBS = (
    "up",
    "setup",
    "db",
    "db start",
    "db stop",
    "db status",
    "db upgrade",
    "db psql",
    "backup",
    "restore",
    "check",
    "demo load",
    "user add",
    "user reset",
    "divisions crosswalk",
    "divisions import",
)


class Portal:
    """Runs the command in a process of its own with a data folder of its own."""

    def __init__(self, data_dir):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "DATABASE_URL"))}
        self.data_dir = data_dir
        self.environment = {**kept, "PORTAL_DATA_DIR": str(data_dir), "LC_ALL": "C.UTF-8"}

    def __call__(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "from portal.cli import main; main(prog_name='portal')", *arguments],
            cwd=CHECKOUT,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=120,
        )


@pytest.fixture
def bare(open_folder):
    """The command with a data folder that is not there yet."""
    command = Portal(open_folder / "data")
    yield command
    command("db", "stop")


@pytest.fixture
def portal(bare, pristine):
    """The command with a data folder that has been started once."""
    subprocess.run(["cp", "-a", pristine, bare.data_dir], check=True)
    return bare


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(verb):
    answer = CliRunner().invoke(main, [*verb.split(), "--help"])
    assert answer.exit_code == 0, answer.output
    assert "Usage: portal" in answer.output


def test_all_verbs_are_listed():
    listed = CliRunner().invoke(main, ["--help"]).output
    assert all(f"  {verb.split()[0]} " in listed for verb in VERBS)


@pytest.mark.parametrize("arguments", [["nonsense"], ["up", "--nonsense"], ["restore"], ["restore", "/no/such/file"]])
def test_wrong_usage_is_2(arguments):
    assert CliRunner().invoke(main, arguments).exit_code == 2


def test_a_database_from_start_to_stop(bare):
    assert bare("db", "status").returncode == 1
    assert bare("db", "stop").stdout == "The database was not running.\n"
    assert not bare.data_dir.exists(), "asking must not make anything"

    assert bare("db", "start").stdout == "The database is running.\n"
    assert bare("db", "start").stdout == "The database was running already.\n"
    status = bare("db", "status")
    assert status.returncode == 0
    assert "serves anjie_demo" in status.stdout
    query = ("db", "psql", "--role", "public", "--", "-Atc", "SELECT current_user, current_database()")
    assert bare(*query).stdout == "anjie_public|anjie_demo\n"
    assert bare("db", "psql", "--", "-Atc", "nonsense").returncode != 0
    assert bare("db", "upgrade").returncode == 0

    assert bare("db", "stop").stdout == "The database is stopped.\n"
    assert bare("db", "status").returncode == 1


def test_a_command_puts_the_database_back_as_it_found_it(portal, open_folder):
    file = open_folder / "one.tar"
    assert portal("backup", str(file)).returncode == 0
    assert "stopped" in portal("db", "status").stdout
    portal("db", "start")
    assert portal("restore", str(file), "--database", "scratch").returncode == 0
    assert portal("db", "status").returncode == 0


def test_a_refusal_is_one_sentence_and_1(portal, open_folder):
    junk = open_folder / "junk"
    junk.write_text("junk")
    answer = portal("restore", str(junk))
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert answer.stderr == f"{junk} is not a backup made by `portal backup`, or it is cut short.\n"


def test_an_external_database_without_the_public_role_prints_its_sql(bare):
    answer = bare("up", DATABASE_URL="postgresql://anjie_app:x@127.0.0.1:1/anjie")
    assert answer.returncode == 1
    assert "PORTAL_PUBLIC_DATABASE_URL" in answer.stderr
    assert "CREATE ROLE anjie_public" in answer.stderr
    assert not bare.data_dir.exists()


def test_an_external_database_that_is_away_is_one_sentence(bare):
    address = "postgresql://anjie_app:secret-word@127.0.0.1:1/anjie"
    answer = bare("up", DATABASE_URL=address, PORTAL_PUBLIC_DATABASE_URL=address)
    assert answer.returncode == 1
    assert answer.stderr.startswith("The database does not answer:")
    assert answer.stderr.count("\n") == 1
    assert "secret-word" not in answer.stderr


@pytest.mark.parametrize(
    ("name", "code"), [("", "310107"), ("普陀区", "310100"), ("普陀区", "31010"), ("普陀区", "nonsense")]
)
def test_setup_refuses_before_it_makes_anything(bare, name, code):
    answer = bare("setup", "--name", name or " ", "--code", code, "--login", "admin")
    assert answer.returncode == 1
    assert not bare.data_dir.exists()


def test_setup_makes_the_district_once(portal):
    portal("db", "start")
    answer = portal("setup", "--name", "普陀区", "--code", "310107", "--login", "admin")
    assert answer.returncode == 0, answer.stderr
    password = answer.stdout.splitlines()[-2].strip()
    assert len(password) >= 12
    assert "serves anjie " in portal("db", "status").stdout
    count = ("db", "psql", "--role", "owner", "--", "-Atc", "SELECT count(*), min(login) FROM people.accounts")
    assert portal(*count).stdout == "1|admin\n"
    again = portal("setup", "--name", "普陀区", "--code", "310107", "--login", "admin")
    assert again.returncode == 1
    assert "already" in again.stderr
    assert portal(*count).stdout == "1|admin\n"


def test_an_interrupted_setup_is_kept_aside_and_can_be_repeated(portal):
    portal("db", "start")
    refused = portal("setup", "--name", "普陀区", "--code", "310107", "--login", "not a login!")
    assert refused.returncode == 1
    assert "serves anjie_demo " in portal("db", "status").stdout
    assert portal("setup", "--name", "普陀区", "--code", "310107", "--login", "admin").returncode == 0
    names = portal("db", "psql", "--role", "owner", "--", "-Atc", "SELECT datname FROM pg_database ORDER BY 1").stdout
    assert "anjie_unfinished_" in names


def test_check_finds_no_difference_in_a_fresh_district(portal):
    portal("setup", "--name", "普陀区", "--code", "310107", "--login", "admin")
    answer = portal("check")
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.endswith(" 0 differences.\n")


def test_sentences_follow_the_terminals_language(monkeypatch):
    asked = []
    monkeypatch.setattr(terminal, "translate", lambda value, locale: asked.append(locale) or str(value))
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    for language in ("zh_CN.UTF-8", "en_US.UTF-8", "C"):
        monkeypatch.setenv("LC_ALL", language)
        terminal.sentence(text("Stopped."))
    assert asked == ["zh_Hans_CN", "en", "en"]
