"""Views that take big files, and all others that do not."""

from __future__ import annotations

import io

import pytest
from flask import request

from portal.kernel.access.permission import needs, signed_in
from portal.kernel.web import uploads
from portal.kernel.web.once import once
from portal.kernel.web.uploads import takes_files
from tests.kernel.web.conftest import READ

MEGABYTE = 1024 * 1024


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data" / "uploads-tmp"


@pytest.fixture
def app(app, settings, tmp_path, folder):
    """The bench with a view for big files and one for ordinary forms."""
    app.config["MAX_CONTENT_LENGTH"] = 2 * MEGABYTE
    app.config["MAX_FORM_MEMORY_SIZE"] = MEGABYTE
    uploads.init_app(app, settings.model_copy(update={"data_dir": tmp_path / "data"}))

    @app.post("/big")
    @needs(READ)
    @takes_files(8 * MEGABYTE)
    @once
    def big():
        stream = request.files["file"].stream
        in_folder = [str(path) for path in folder.iterdir()] if folder.exists() else None
        stream.seek(0, io.SEEK_END)
        return {"size": stream.tell(), "named": in_folder, "rolled": stream._rolled}

    @app.post("/small")
    @signed_in
    def small():
        return {"size": len(request.files["file"].read())}

    return app


def send(client, path: str, size: int):
    return client.send(path, {"file": (io.BytesIO(b"x" * size), "a.csv")}, content_type="multipart/form-data")


def test_a_view_takes_what_it_says(reader, folder):
    answer = send(reader, "/big", 8 * MEGABYTE)
    assert answer.json == {"size": 8 * MEGABYTE, "named": [], "rolled": True}, "on disk, without a name"
    assert list(folder.iterdir()) == []


def test_more_is_refused_with_a_sentence(reader):
    answer = send(reader, "/big", 10 * MEGABYTE)
    assert answer.status_code == 413
    assert "9 MB" in answer.text


def test_other_views_take_what_the_house_takes(reader):
    assert send(reader, "/small", MEGABYTE).json == {"size": MEGABYTE}
    answer = send(reader, "/small", 3 * MEGABYTE)
    assert answer.status_code == 413
    assert "2 MB" in answer.text


def test_text_fields_are_not_files(reader):
    answer = reader.send("/big", {"note": "x" * (2 * MEGABYTE)}, content_type="multipart/form-data")
    assert answer.status_code == 413


def test_nothing_is_read_of_somebody_who_may_not_come(app, folder):
    token = app.test_client().be("other")
    assert send(token, "/big", 5 * MEGABYTE).status_code == 403
    assert not folder.exists()


def test_control_signs_are_refused_here_too(reader):
    fields = {"file": (io.BytesIO(b"x"), "a.csv"), "note": "a\x00b"}
    assert reader.send("/big", fields, content_type="multipart/form-data").status_code == 422
