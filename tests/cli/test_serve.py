"""What would keep the web server from starting is said in one sentence before it is tried."""

import os
import socket
import subprocess

import pytest

from portal.errors import Misconfigured
from portal.kernel.pg.account import Account
from portal.kernel.web import serve
from portal.settings import CHECKOUT, Settings

ACCOUNT = Account("somebody", os.geteuid(), os.getegid(), changes=False)


def settings(folder, **values) -> Settings:
    return Settings(data_dir=folder, database_url=None, **values)


@pytest.mark.parametrize(
    ("values", "address"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"host": "0.0.0.0", "port": 8080}, "http://127.0.0.1:8080"),
        ({"host": "::"}, "http://[::1]:8000"),
        ({"host": "192.0.2.7", "tls_cert": "c", "tls_key": "k"}, "https://192.0.2.7:8000"),
    ],
)
def test_the_address_is_one_to_open_here(tmp_path, values, address):
    assert serve.address(settings(tmp_path, **values)) == address


def test_a_taken_port_is_named(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(Misconfigured, match=f"Port {port} is taken"):
            serve.check_before_start(settings(tmp_path, port=port), ACCOUNT)


def test_a_host_that_is_not_ours_is_named(tmp_path):
    with pytest.raises(Misconfigured, match=r"192\.0\.2\.7"):
        serve.check_before_start(settings(tmp_path, host="192.0.2.7"), ACCOUNT)


def test_a_port_of_the_system_is_refused_to_the_service_user(tmp_path):
    service = Account("anjie", 1, 1, changes=True)
    with pytest.raises(Misconfigured, match="port 443"):
        serve._check_port(settings(tmp_path, port=443), service)


def test_half_of_the_tls_settings_is_refused(tmp_path):
    with pytest.raises(Misconfigured, match="both, or neither"):
        serve.check_before_start(settings(tmp_path, tls_cert=tmp_path / "cert"), ACCOUNT)


def test_a_tls_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(Misconfigured, match="cannot read the TLS file"):
        serve.check_before_start(settings(tmp_path, tls_cert=tmp_path / "c", tls_key=tmp_path / "k"), ACCOUNT)


def test_an_old_key_format_gets_its_conversion(tmp_path):
    for name, body in (("c", "cert"), ("k", "-----BEGIN RSA PRIVATE KEY-----")):
        (tmp_path / name).write_text(body)
    with pytest.raises(Misconfigured, match="openssl pkcs8"):
        serve.check_before_start(settings(tmp_path, tls_cert=tmp_path / "c", tls_key=tmp_path / "k"), ACCOUNT)


def test_a_closed_folder_on_the_way_is_named(open_folder):
    inner = open_folder / "closed" / "inner"
    inner.mkdir(parents=True)
    (open_folder / "closed").chmod(0o700)
    stranger = Account("nobody", 65534, 65534, changes=True)
    assert stranger.closed_folder(inner) == open_folder / "closed"


@pytest.mark.parametrize(
    ("script", "arguments", "code"), [("setup", ["--help"], 0), ("setup", ["--nonsense"], 2), ("serve", ["--help"], 0)]
)
def test_the_scripts_answer_from_any_folder(tmp_path, script, arguments, code):
    if script == "serve" and not (CHECKOUT / ".venv" / ".anjie-serve").exists():
        pytest.skip("this checkout was not set up by bin/setup")
    answer = subprocess.run([CHECKOUT / "bin" / script, *arguments], cwd=tmp_path, capture_output=True, check=False)
    assert answer.returncode == code, answer.stderr
