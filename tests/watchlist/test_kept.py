"""A watchlist as bytes to keep: it comes back as reading it anew would give it, and none of its secrets is among the bytes."""

from collections.abc import Mapping
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_watchlists import AIRPORTS
from msgspec.structs import fields

from flightwatch.errors import WatchlistError
from flightwatch.watchlist import kept
from flightwatch.watchlist.kept import concealed, revealed
from flightwatch.watchlist.model import Watchlist
from flightwatch.watchlist.reading import parse_watchlist

FULL: Final = """
aircraft:
  - RA-86559
  - {registration: P-885, icao24: 7278a5, label: "Il-62M, Air Koryo", at: [FNJ, VVO], tags: [dprk]}
  - {callsign: RSD*}
  - {list: spotters.csv, country: Russia}
airports: [Pyongyang, {code: VVO, only: [RA-86*, "tag:dprk", "callsign:RSD*"]}]
areas:
  - {name: Wonsan, circle: {at: [39.17, 127.49], radius_km: 40}, ceiling: FL100}
  - {name: Corner, polygon: [[39, 127], [40, 127], [40, 128]], only: [RA-86*]}
airfields: [{code: XNEW, name: New field, at: [39.1, 127.2]}]
notify:
  - print
  - email: {to: [desk@example.org], from: w@example.org, server: "smtp://h", user: w-user, password: "${SMTP_PASSWORD}"}
    only: [RA-86*, FNJ]
    delay: 90m
    digest: weekly Sun 19:05
  - apprise: "tgram://${BOT_TOKEN}/123456789"
  - apprise: "${SERVICE}"
  - webhook: {url: "https://example.org/${HOOK}", secret: ["${KEY_NEW}", whsec_aHVzaGh1c2hodXNoaHVzaGh1c2hodXNo]}
  - webhook: {url: "${HOOK_URL}", secret: "${KEY_OLD}"}
alerts: {on: [landing, lost], still_on_ground: [24h], time_zone: Europe/Berlin, units: feet}
health: {blind_after: 2h, heartbeat: "${PING}"}
opensky: {client_id: "${ID}", client_secret: "literal-secret"}
sources:
  - opensky
  - {airplanes.live: ~, key: "${KEY}-of-ours"}
  - {readsb: "${RECEIVER}", name: roof, at: [39.0, 125.7], radius_km: 200}
"""
"""Every section, with secrets of every kind: from the environment, in part, and written out."""

ENVIRONMENT: Final = {
    "SMTP_PASSWORD": "hush1-password",
    "BOT_TOKEN": "hush2:token",
    "SERVICE": "slack://hush3-service",
    "HOOK": "hush8-hook",
    "HOOK_URL": "https://hush9.example.org:8443/hook",
    "KEY_NEW": "whsec_aHVzaGh1c2hodXNoaHVzaGh1c2hodXNoaHVzaGh1c2g=",
    "KEY_OLD": "whsec_aHVzaGh1c2hodXNoaHVzaGh1c2hodXNoaHVz",
    "PING": "https://hc-ping.com/hush4-ping",
    "ID": "hush5-id",
    "KEY": "hush6-key",
    "RECEIVER": "http://hush7.example.org/data/aircraft.json",
}
SPOTTERS: Final = b"icao24,registration,label\n15521f,RA-86559,Il-62M\n15523a,RF-94282,\n7278a5,P-885,\n"
PLAIN: Final = "aircraft: [RA-86559]\n"


def read(text: str, environment: Mapping[str, str], expanded: list[tuple[str, str]] | None = None) -> Watchlist:
    return parse_watchlist(
        text.encode(),
        name="w",
        environment=environment,
        airports=AIRPORTS,
        lists=lambda _name: SPOTTERS,
        expanded=expanded,
    )


def keep(text: str, environment: Mapping[str, str] = ENVIRONMENT) -> bytes | None:
    expanded: list[tuple[str, str]] = []
    return concealed(read(text, environment, expanded), text.encode(), expanded)


def kept_of(text: str, environment: Mapping[str, str] = ENVIRONMENT) -> bytes:
    found = keep(text, environment)
    assert found is not None
    return found


def test_every_section_comes_back_as_it_was() -> None:
    assert revealed(kept_of(FULL), FULL.encode(), ENVIRONMENT) == read(FULL, ENVIRONMENT)


def test_no_secret_is_among_the_bytes() -> None:
    found = kept_of(FULL)
    assert b"Air Koryo" in found
    assert [
        secret
        for secret in ("hush", "aHVz", "whsec", "literal-secret", "tgram://", "w-user")
        if secret.encode() in found
    ] == []


def test_nothing_of_a_watchlist_is_forgotten() -> None:
    """But complaints, as it was read strictly, and what comes with each poll."""
    mine = {field.name for field in fields(kept._Kept)}
    assert {field.name for field in fields(Watchlist)} - mine == {"complaints", "identities"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_PASSWORD", "another"),
        ("SMTP_PASSWORD", " blanks around "),
        ("SMTP_PASSWORD", "two\nlines"),
        ("SMTP_PASSWORD", ""),
        ("BOT_TOKEN", "3:another"),
        ("BOT_TOKEN", "with a blank"),
        ("SERVICE", "slack://another"),
        ("SERVICE", "discord://another"),
        ("SERVICE", "nothing"),
        ("HOOK", "another"),
        ("HOOK_URL", "https://another.example.org"),
        ("HOOK_URL", "http://another.example.org"),
        ("HOOK_URL", "https://user:password@another.example.org"),
        ("KEY_NEW", "whsec_YW5vdGhlcmFub3RoZXJhbm90aGVyYW5vdGhlcg=="),
        ("KEY_OLD", "whsec_dG9vIHNob3J0"),
        ("KEY_OLD", "no secret"),
        ("PING", "https://example.org/another?x=[1]"),
        ("PING", "https://[::1"),
        ("PING", "ftp://example.org"),
        ("PING", "https://müller.example/ping"),
        ("ID", "other"),
        ("KEY", "other"),
        ("RECEIVER", "http://user:password@192.168.1.20/data/aircraft.json"),
        ("RECEIVER", "/run/readsb/aircraft.json"),
        ("RECEIVER", "http://[fe80::1]:8080/data/aircraft.json"),
        ("RECEIVER", "http://host:99999/"),
    ],
)
def test_a_changed_environment_gives_what_reading_anew_gives(name: str, value: str) -> None:
    """What is kept gives that or nothing, whatever the variable is now."""
    environment = {**ENVIRONMENT, name: value}
    found = revealed(kept_of(FULL), FULL.encode(), environment)
    try:
        anew: Watchlist | None = read(FULL, environment)
    except WatchlistError:
        anew = None
    assert found is None or found == anew


@given(
    st.sampled_from(sorted(ENVIRONMENT)),
    st.text(max_size=12),
    st.sampled_from(["", "https://", "slack://", "http://h"]),
)
def test_any_text_in_the_environment(name: str, value: str, begin: str) -> None:
    """The same of texts that nobody thought of."""
    test_a_changed_environment_gives_what_reading_anew_gives(name, begin + value)


@pytest.mark.parametrize("name", ["SMTP_PASSWORD", "BOT_TOKEN", "SERVICE", "PING", "ID", "KEY"])
def test_another_plain_secret_needs_no_reading_anew(name: str) -> None:
    environment = {**ENVIRONMENT, name: f"{ENVIRONMENT[name]}2"}
    assert revealed(kept_of(FULL), FULL.encode(), environment) == read(FULL, environment)


def test_the_account_of_the_environment() -> None:
    """It comes and goes without the watchlist's text."""
    account = {"OPENSKY_CLIENT_ID": "hush-id", "OPENSKY_CLIENT_SECRET": "hush-secret"}
    signed_in = kept_of(PLAIN, account)
    assert b"hush" not in signed_in
    assert revealed(signed_in, PLAIN.encode(), account) == read(PLAIN, account)
    for other in ({}, {"OPENSKY_CLIENT_ID": "half"}):
        assert revealed(signed_in, PLAIN.encode(), other) is None
    anonymous = kept_of(PLAIN, {})
    assert revealed(anonymous, PLAIN.encode(), {}) == read(PLAIN, {})
    assert revealed(anonymous, PLAIN.encode(), {"OPENSKY_CLIENT_ID": "half"}) is None


@pytest.mark.parametrize(
    "text",
    [
        'aircraft: [{registration: RA-86559, label: "${A}"}]',
        f'{PLAIN}notify: [{{email: {{to: ["${{A}}@example.org"], from: a@b, server: "smtp://h"}}}}]',
        f"{PLAIN}notify: [{{email: {{to: [a@b], from: a@b, server: \"smtp://h\", user: me, password: 'it''s'}}}}]",
        f'{PLAIN}opensky: {{client_id: "${{A}}", client_secret: "${{B}}"}}',
        f'{PLAIN}opensky: {{client_id: "${{A}}", client_secret: "one"}}',
    ],
)
def test_what_cannot_be_kept(text: str) -> None:
    """The environment in what is shown; a secret with escapes; one of which nobody can say where it comes from."""
    assert keep(text, {"A": "one", "B": "one"}) is None


def test_damaged_bytes_give_nothing() -> None:
    found = kept_of(FULL)
    assert [revealed(found[:length], FULL.encode(), ENVIRONMENT) for length in range(0, len(found), 50)] == [
        None for _ in range(0, len(found), 50)
    ]
