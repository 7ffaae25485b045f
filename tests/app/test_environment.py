"""What the environment says: nothing that pasting left at its ends, no value ever repeated, and systemd's credentials."""

from pathlib import Path

import pytest
from opensky_server import CLIENT_ID, CLIENT_SECRET, OpenSkyServer
from program import Program

from flightwatch.app.environment import MOST_BYTES, Environment, tidy
from flightwatch.errors import UsageError


def test_what_stands_at_the_end_is_left_out_and_named() -> None:
    """Of the variables that flightwatch reads; what is blank altogether is not set, which needs no word."""
    said: list[str] = []
    variables = {
        "OPENSKY_CLIENT_ID": "desk\r",
        "FLIGHTWATCH_DB": "/srv/my data.db \t",
        "https_proxy": "http://proxy:3128 ",
        "HOME": "/home/desk",
        "FLIGHTWATCH_WATCHLIST": " \r",
        "PS1": "$ ",
    }
    tidy(variables, said.append)
    assert variables == {
        "OPENSKY_CLIENT_ID": "desk",
        "FLIGHTWATCH_DB": "/srv/my data.db",
        "https_proxy": "http://proxy:3128",
        "HOME": "/home/desk",
        "FLIGHTWATCH_WATCHLIST": "",
        "PS1": "$ ",
    }
    assert said == [
        "FLIGHTWATCH_DB ends in a tab, which was left out; take it out where FLIGHTWATCH_DB is set",
        "OPENSKY_CLIENT_ID ends in a carriage return, which was left out; take it out where OPENSKY_CLIENT_ID is set",
        "https_proxy ends in a blank, which was left out; take it out where https_proxy is set",
    ]


def test_a_variable_is_named_once() -> None:
    said: list[str] = []
    environment = Environment({"SMTP_PASSWORD": " s3cret\r\n", "EMPTY": " "}, said.append)
    assert [environment["SMTP_PASSWORD"], environment.get("SMTP_PASSWORD")] == [" s3cret"] * 2
    assert (environment.get("EMPTY"), environment.get("NONE")) == (" ", None)
    assert said == ["SMTP_PASSWORD ends in a line feed, which was left out; take it out where SMTP_PASSWORD is set"]


def test_credentials_are_files(tmp_path: Path) -> None:
    """A file stands for a variable that is not set; that it ends its line is no fault."""
    said: list[str] = []
    (tmp_path / "SMTP_PASSWORD").write_bytes(b"from a file\r\n")
    (tmp_path / "HOOK").write_text("from a file too\n")
    environment = Environment(
        {"CREDENTIALS_DIRECTORY": str(tmp_path), "HOOK": "from the variable", "SMTP_PASSWORD": ""}, said.append
    )
    assert (environment["SMTP_PASSWORD"], environment["HOOK"], said) == ("from a file", "from the variable", [])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff", "is not UTF-8 text; save it as such"),
        (b"x" * (MOST_BYTES + 1), "is larger than 1 MB, which no credential is; check the unit's LoadCredential"),
        (None, "Is a directory; check the unit's LoadCredential"),
    ],
)
def test_credentials_that_are_none(content: bytes | None, said: str, tmp_path: Path) -> None:
    path = tmp_path / "SMTP_PASSWORD"
    path.mkdir() if content is None else path.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        Environment({"CREDENTIALS_DIRECTORY": str(tmp_path)}, print)["SMTP_PASSWORD"]
    assert str(caught.value) == f"{path}: {said}"


@pytest.mark.parametrize("section", ["", 'opensky: {client_id: "${OPENSKY_CLIENT_ID}", client_secret: "${MINE}"}\n'])
def test_an_account_pasted_with_its_line_end(program: Program, server: OpenSkyServer, section: str) -> None:
    """It signs in, and the variable is named."""
    with program.watchlist.open("a") as file:
        file.write(section)
    name = "MINE" if section else "OPENSKY_CLIENT_SECRET"
    done = program.run("poll", env={"OPENSKY_CLIENT_ID": CLIENT_ID, name: f"{CLIENT_SECRET}\r"})
    assert (done.returncode, done.stdout) == (0, "")
    assert (
        done.stderr
        == f"flightwatch: {name} ends in a carriage return, which was left out; take it out where {name} is set\n"
    )
    assert len(server.asked("/token")) == 1


def test_a_service_of_systemd(program: Program, server: OpenSkyServer) -> None:
    """Its secrets are credentials, its database is where its state is."""
    state, credentials = program.folder / "state", program.folder / "credentials"
    state.mkdir()
    credentials.mkdir()
    (credentials / "OPENSKY_CLIENT_ID").write_text(f"{CLIENT_ID}\n")
    (credentials / "OPENSKY_CLIENT_SECRET").write_text(f"{CLIENT_SECRET}\n")
    del program.environment["FLIGHTWATCH_DB"]
    program.environment |= {"STATE_DIRECTORY": f"{state}:/nowhere", "CREDENTIALS_DIRECTORY": str(credentials)}
    assert program.out("poll") == ""
    assert (len(server.asked("/token")), (state / "flightwatch.db").exists()) == (1, True)
    assert "last good poll" in program.out("status")
