"""Mail to a real server: what is sent, how it is protected, and what is said when it fails."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Thread

import pytest
from closed_ports import closed_port
from made_visits import at, landing, left
from program import PATIENCE_S
from smtp_server import PASSWORD, USER, SmtpServer, Tls
from state_vectors import AIRPORTS
from trustme import CA

from flightwatch.alerting.mail import message, trial
from flightwatch.channels.smtp import Server, greeting_name, send, server_of
from flightwatch.core.watched import Watched
from flightwatch.errors import DeliveryError, PartlyDelivered
from flightwatch.known_secrets import SECRETS
from flightwatch.watchlist.model import EmailChannel
from flightwatch.wording.alert import describe

TO = ("desk@example.org", "night@example.org")
SENDER = "watch@example.net"
PORTS = "smtp:// goes with port 587 or 25, smtps:// with 465"
THIS_HOST_UNDER_AN_ODD_NAME = "0.0.0.0"  # noqa: S104 nothing listens there
"""It leads to this machine, but is no loopback address."""


def channel(server: str, *, to: tuple[str, ...] = TO, login: bool = True, password: str = PASSWORD) -> EmailChannel:
    return EmailChannel(to, SENDER, server, USER if login else None, password if login else None)


def deliver(to: EmailChannel, *readers: str, timeout_s: float = 20.0) -> None:
    SECRETS.learn_login(to.user, to.password)  # as whoever reads the watchlist does
    send(trial(to, at("2023-09-26T01:52")), to, *readers, timeout_s=timeout_s)


def complaint(to: EmailChannel, timeout_s: float = 20.0) -> str:
    """Fail to deliver; give what is said, which is one line and holds no secret."""
    with pytest.raises(DeliveryError) as caught:
        deliver(to, timeout_s=timeout_s)
    said = str(caught.value)
    assert said.isprintable()
    assert to.password is None or to.password not in said
    return said.replace(to.server.partition("://")[2], "HOST")


@pytest.fixture
def silent() -> Iterator[str]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def test_an_alert_goes_to_everybody_at_once(mail_server: SmtpServer) -> None:
    to = channel(mail_server.url)
    for event in (landing(), left()):
        send(message(describe(event, Watched(), AIRPORTS), to), to)
    assert [(mail.sender, mail.to, mail.message["Message-ID"]) for mail in mail_server.mails] == [
        (SENDER, list(TO), "<landing-1.flightwatch@example.net>"),
        (SENDER, list(TO), "<departure-1.flightwatch@example.net>"),
    ]
    assert mail_server.mails[0].message["Subject"] == (
        "RFF7451 (RA-86559 or RF-86559, 15521f, registered in Russia) probably landed at Pyongyang FNJ about 10:52 local on "
        "26 September 2023, 93 % sure that it did"
    )
    assert all(encrypted for _, encrypted in mail_server.logins)


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    ("tls", "login", "logins"),
    [
        ("starttls", True, [("PLAIN", True)]),
        ("starttls", False, []),
        ("first", True, [("PLAIN", True)]),
        ("first", False, []),
        ("none", True, [("PLAIN", False)]),
        ("none", False, []),
    ],
)
def test_ways_to_a_server(authority: CA, tls: Tls, login: bool, logins: list[object]) -> None:
    """Encrypted whenever it can be; on this machine a login may go without."""
    with SmtpServer(tls=tls, certificate=authority.issue_cert("localhost")) as server:
        deliver(channel(server.at("localhost"), login=login))
        assert (len(server.mails), server.logins) == (1, logins)


def test_starttls_is_used_without_a_login_too(mail_server: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """So its certificate counts: without the authority's, nothing is sent."""
    monkeypatch.delenv("SSL_CERT_FILE")
    assert "certificate that is not valid" in complaint(channel(mail_server.url, login=False))
    assert mail_server.mails == []


def test_a_password_does_not_leave_the_machine_in_the_clear() -> None:
    with SmtpServer(tls="none") as server:
        there = server.at(THIS_HOST_UNDER_AN_ODD_NAME)
        assert complaint(channel(there)) == (
            f"HOST offers no encryption, so the password is not sent: {PORTS}; or take out user and password"
        )
        assert (server.logins, server.mails) == ([], [])
        deliver(channel(there, login=False))
        assert len(server.mails) == 1


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("tls", ["starttls", "first"])
def test_certificates_are_checked(authority: CA, tls: Tls) -> None:
    past = datetime(2001, 1, 1, tzinfo=UTC)
    for certificate, reason in [
        (
            authority.issue_cert("127.0.0.1", not_before=past, not_after=past.replace(year=2002)),
            "certificate has expired; tell whoever runs it",
        ),
        (
            authority.issue_cert("mail.example.org"),
            "IP address mismatch, certificate is not valid for '127.0.0.1'; tell whoever runs it",
        ),
        (
            CA().issue_cert("127.0.0.1"),
            "unable to get local issuer certificate; name its issuer with SSL_CERT_FILE",
        ),
    ]:
        with SmtpServer(tls=tls, certificate=certificate) as server:
            assert complaint(channel(server.url)) == f"HOST shows a certificate that is not valid: {reason}"
            assert (server.mails, server.logins) == ([], [])


def test_a_wrong_password(mail_server: SmtpServer) -> None:
    wrong = channel(mail_server.url, password="wr0ng")
    assert complaint(wrong) == (
        "HOST does not take the login: 535 5.7.8 Authentication credentials invalid; correct user and password in the "
        "watchlist; an account with two-step login wants an app password there"
    )
    assert mail_server.mails == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
            "HOST does not take the login: 535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for "
            "the Tenant.; SMTP AUTH is off for this mailbox, ask its administrator to switch it on, or send by another server",
        ),
        (
            f"534 5.7.9 Application-specific password required, not {PASSWORD}",
            "HOST does not take the login: 534 5.7.9 Application-specific password required, not (hidden); make an app "
            "password for this account and write it as password in the watchlist",
        ),
        (
            "454 4.7.0 Temporary authentication failure",
            "HOST cannot check the login now: 454 4.7.0 Temporary authentication failure",
        ),
    ],
)
def test_logins_that_are_refused(mail_server: SmtpServer, answer: str, said: str) -> None:
    """With the server's own words, as far as they hold no secret, and what to do."""
    mail_server.login_answer = answer
    assert complaint(channel(mail_server.url)) == said
    assert mail_server.mails == []


def test_a_login_that_no_password_serves(mail_server: SmtpServer) -> None:
    mail_server.mechanisms = ("XOAUTH2", "OAUTHBEARER")
    assert complaint(channel(mail_server.url)) == (
        "HOST offers no login with a password, only XOAUTH2, OAUTHBEARER: ask its administrator to allow SMTP AUTH with an "
        "app password, or send by another server"
    )
    assert (mail_server.logins, mail_server.mails) == ([], [])


@pytest.mark.parametrize(
    ("host_name", "address", "called"),
    [
        ("desk.example.org", "192.0.2.7", "desk.example.org"),
        ("xn--bro-hoa.example.org", "192.0.2.7", "xn--bro-hoa.example.org"),
        ("news_desk.example.org", "192.0.2.7", "[192.0.2.7]"),
        ("büro.example.org", "192.0.2.7", "[192.0.2.7]"),
        ("news desk.example.org", "2001:db8::7", "[IPv6:2001:db8::7]"),
        ("-desk.example.org", "fe80::7%eth0", "[IPv6:fe80::7]"),
        ("desk", "192.0.2.7", "[192.0.2.7]"),
        ("localhost", "127.0.0.1", "[127.0.0.1]"),
        ("localhost.localdomain", "127.0.0.1", "[127.0.0.1]"),
        ("192.0.2.7", "192.0.2.7", "[192.0.2.7]"),
        ("a" * 64 + ".example.org", "192.0.2.7", "[192.0.2.7]"),
        ("", "192.0.2.7", "[192.0.2.7]"),
        ("desk.example.org\r\nMAIL", "192.0.2.7", "[192.0.2.7]"),
    ],
)
def test_names_for_this_machine(host_name: str, address: str, called: str) -> None:
    assert greeting_name(host_name, address) == called


def test_this_machine_says_who_it_is(mail_server: SmtpServer) -> None:
    """Before and after it encrypts: by its name, where it has one, or by the address that it comes from."""
    deliver(channel(mail_server.url))
    assert mail_server.greetings == [greeting_name(socket.getfqdn(), "127.0.0.1")] * 2


def test_a_password_that_cannot_be_sent(mail_server: SmtpServer) -> None:
    assert complaint(channel(mail_server.url, password="schlüssel")) == (
        "HOST: cannot log in with letters outside ASCII, change user and password in the watchlist"
    )


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            ("MAIL", "550 5.7.1 not\x1b[31m yours"),
            f"HOST does not take mail from {SENDER}: 550 5.7.1 not[31m yours; "
            "correct from: in the watchlist, mostly to the address that logs in",
        ),
        (("DATA", "451 4.7.1 later"), "HOST does not take the mail for now: 451 4.7.1 later"),
        (("DATA", f"554 {PASSWORD}{'.' * 400}"), f"HOST does not take the mail: 554 (hidden){'.' * 188}"),
    ],
)
def test_refusals(mail_server: SmtpServer, fault: tuple[str, str], said: str) -> None:
    """The server's words are repeated, as far as they are harmless; the next try succeeds."""
    mail_server.faults.append(fault)
    assert complaint(channel(mail_server.url)) == said
    deliver(channel(mail_server.url))
    assert len(mail_server.mails) == 1


def test_all_addresses_refused(mail_server: SmtpServer) -> None:
    mail_server.refused = dict.fromkeys(TO, "550 5.1.1 no such user")
    assert complaint(channel(mail_server.url)) == (
        "HOST refuses 2 of 2 addresses: 550 5.1.1 no such user; nobody got it; correct to: in the watchlist"
    )


@pytest.mark.parametrize(
    ("answer", "cure"),
    [
        ("552 5.2.2 over quota", "the mailbox is full, its owner must make room"),
        (
            "550 5.7.1 rejected by policy",
            "its rules forbid it, ask whoever runs it, or send by the server of your own provider",
        ),
        ("554 5.4.6 routing loop", ""),
    ],
)
def test_all_addresses_refused_that_may_be_right(mail_server: SmtpServer, answer: str, cure: str) -> None:
    """Nothing says to correct them."""
    mail_server.refused = dict.fromkeys(TO, answer)
    assert complaint(channel(mail_server.url)) == (
        f"HOST refuses 2 of 2 addresses: {answer}; nobody got it{'; ' * bool(cure)}{cure}"
    )


DESK, NIGHT, THIRD = *TO, "third@example.org"
FULL, OVER, GONE = "452 4.2.2 mailbox full", "552 5.2.2 over quota", "550 5.1.1 no such user"
RULES = "554 5.7.1 Relay access denied"


@pytest.mark.parametrize(
    ("readers", "refused", "got", "said", "waiting"),
    [
        ((), {NIGHT: FULL}, [DESK, THIRD], f"1 of 3 addresses for now: {FULL}; the others got it", (NIGHT,)),
        (
            (),
            {NIGHT: OVER},
            [DESK, THIRD],
            f"1 of 3 addresses: {OVER}; the others got it; the mailbox is full, its owner must make room",
            (NIGHT,),
        ),
        (
            (),
            {NIGHT: RULES},
            [DESK, THIRD],
            f"1 of 3 addresses: {RULES}; the others got it; it takes no mail for others from here, write user and password "
            "in the watchlist, or name the server of your own provider",
            (NIGHT,),
        ),
        (
            (),
            {NIGHT: GONE},
            [DESK, THIRD],
            f"1 of 3 addresses: {GONE}; the others got it; correct to: in the watchlist",
            (),
        ),
        (
            (),
            {NIGHT: GONE, THIRD: FULL},
            [DESK],
            f"2 of 3 addresses: {FULL}; 1 of them for good: {GONE}; the others got it; correct to: in the watchlist",
            (THIRD,),
        ),
        ((NIGHT, THIRD), {NIGHT: FULL}, [THIRD], f"1 of 3 addresses for now: {FULL}; the others got it", (NIGHT,)),
        ((NIGHT,), {NIGHT: FULL}, None, f"1 of 3 addresses for now: {FULL}", (NIGHT,)),
        ((NIGHT,), {NIGHT: GONE}, None, f"1 of 3 addresses: {GONE}; correct to: in the watchlist", ()),
    ],
    ids=[
        "for now",
        "full, in other words",
        "by a rule",
        "for good",
        "both",
        "one of those who wait",
        "the last who waits",
        "the last, for good",
    ],
)
def test_some_addresses_refused(
    readers: tuple[str, ...],
    refused: dict[str, str],
    got: list[str] | None,
    said: str,
    waiting: tuple[str, ...],
    mail_server: SmtpServer,
) -> None:
    """The others get it at once. It waits for those only who may get it later; who has it, or never can, waits no more."""
    to = channel(mail_server.url, to=(DESK, NIGHT, THIRD))
    mail_server.refused = refused
    with pytest.raises(PartlyDelivered) as caught:
        deliver(to, *readers)
    assert str(caught.value) == f"{server_of(to.server)} refuses {said}"
    assert (caught.value.waiting, [mail.to for mail in mail_server.mails]) == (waiting, [got] if got else [])


def test_who_waits_gets_the_same_mail(mail_server: SmtpServer) -> None:
    """Its Message-ID, and To with all its addressees, are those that the others saw."""
    to = channel(mail_server.url)
    deliver(to)
    deliver(to, NIGHT)
    assert [mail.to for mail in mail_server.mails] == [[DESK, NIGHT], [NIGHT]]
    assert len({str(mail.message) for mail in mail_server.mails}) == 1


def test_a_server_that_ends_in_bad_temper(mail_server: SmtpServer) -> None:
    """It took the mail: to call that a failure would send it twice."""
    mail_server.faults.append(("QUIT", "421 too busy to say goodbye"))
    deliver(channel(mail_server.url))
    assert len(mail_server.mails) == 1


@pytest.mark.usefixtures("trusted")
def test_addresses_outside_ascii(authority: CA) -> None:
    to = ("büro@example.org",)
    for utf8 in (True, False):
        with SmtpServer(certificate=authority.issue_cert("127.0.0.1"), utf8=utf8) as server:
            if utf8:
                deliver(channel(server.url, to=to))
                assert [mail.to for mail in server.mails] == [list(to)]
            else:
                said = "HOST takes no addresses with letters outside ASCII, write others"
                assert complaint(channel(server.url, to=to)) == said


def test_nobody_listens() -> None:
    with closed_port() as port:
        assert complaint(channel(f"smtp://127.0.0.1:{port}")) == f"nobody listens at HOST; check the port: {PORTS}"


@pytest.mark.parametrize("host", ["fe80::1%nosuch", "a..b", f"{'a' * 64}.example"])
def test_names_that_are_not_found(host: str) -> None:
    """The system, or Python, knows that they lead nowhere, without asking a network."""
    server = f"smtp://[{host}]:587" if ":" in host else f"smtp://{host}:587"
    assert complaint(channel(server)) == f"{host} is not found; check server: in the watchlist and the network"


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_server_that_says_nothing(silent: str, scheme: str) -> None:
    """As when STARTTLS is expected where TLS comes first, or behind a firewall: cron must not hang."""
    assert complaint(channel(f"{scheme}://{silent}"), timeout_s=0.2) == (
        f"HOST did not answer within 0.2 s; check host and port: {PORTS}"
    )


def test_a_server_that_hangs_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE_S)
        thread = Thread(target=lambda: listener.accept()[0].close())
        thread.start()
        said = complaint(channel(f"smtp://127.0.0.1:{listener.getsockname()[1]}"))
        thread.join()
    assert said == f"HOST hung up; check that it is a mail server: {PORTS}"


def test_tls_where_there_is_none() -> None:
    with SmtpServer(tls="none") as server:
        there = server.url.replace("smtp://", "smtps://")
        assert complaint(channel(there)) == f"HOST does not speak TLS as it should (WRONG_VERSION_NUMBER): {PORTS}"


@pytest.mark.parametrize(
    ("url", "server", "written", "local"),
    [
        ("smtp://mail.example.org:587", Server("mail.example.org", 587, False), "mail.example.org:587", False),
        ("smtp://localhost", Server("localhost", 25, False), "localhost:25", True),
        ("smtps://[::1]/", Server("::1", 465, True), "[::1]:465", True),
        ("smtps://127.9.9.9:1", Server("127.9.9.9", 1, True), "127.9.9.9:1", True),
        ("smtp://localhost.example.org", Server("localhost.example.org", 25, False), "localhost.example.org:25", False),
    ],
)
def test_addresses_of_servers(url: str, server: Server, written: str, local: bool) -> None:
    found = server_of(url)
    assert (found, str(found), found.is_this_machine) == (server, written, local)
