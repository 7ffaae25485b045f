"""What to write for a service that people name as a channel, and that is reached through Apprise or by another name."""

from typing import Final

EMAIL: Final = "{to: [desk@example.org], from: watch@example.org, server: smtp://mail.example.org:587}"
FOLDER: Final = "/var/www/visits"
WEBHOOK: Final = '{url: https://example.org/hook, secret: "${WEBHOOK_SECRET}"}'

_ADDRESSES: Final = {
    "bluesky": "bluesky://Handle@AppPassword",
    "discord": "discord://WebhookID/WebhookToken",
    "googlechat": "gchat://Workspace/Key/Token",
    "gotify": "gotifys://gotify.example.org/Token",
    "mastodon": "mastodons://AccessToken@mastodon.example.org",
    "matrix": "matrixs://User:Password@matrix.example.org/#room",
    "mattermost": "mmosts://mattermost.example.org/WebhookToken",
    "ntfy": "ntfy://topic",
    "pushbullet": "pbul://AccessToken",
    "pushover": "pover://UserKey@Token",
    "rocketchat": "rockets://WebhookA/WebhookB@chat.example.org",
    "signal": "signal://localhost:8080/+FromPhone/+ToPhone",
    "slack": "slack://TokenA/TokenB/TokenC/#channel",
    "sms": "twilio://AccountSID:AuthToken@FromPhone/ToPhone",
    "teams": "workflows://host/WorkflowID/Signature",
    "telegram": "tgram://BotToken/ChatID",
    "whatsapp": "whatsapp://Token@FromPhoneID/ToPhone",
    "zulip": "zulip://BotName@Organization/Token",
}
"""Apprise's form of an address for each service (appriseit.com/services), the capitals standing for what is yours."""
_OTHER_NAMES: Final = {
    "gchat": "googlechat",
    "microsoftteams": "teams",
    "msteams": "teams",
    "rocket": "rocketchat",
    "tgram": "telegram",
    "twilio": "sms",
}
_MAIL: Final = frozenset({"mail", "emails", "email", "mailto", "smtp", "smtps"})
_WEBHOOK: Final = frozenset({"hook", "http", "https", "json", "webhook", "webhooks"})
_PUBLISH: Final = frozenset({"feed", "folder", "publish", "rss", "web", "website"})
_PRINT: Final = frozenset({"console", "print", "screen", "stdout", "terminal"})


def instead(kind: str) -> str | None:
    """What to write instead of this kind of channel; None: no service is known by that name."""
    name = "".join(filter(str.isalnum, kind)).lower()
    if name in _MAIL:
        return f"is written email: {EMAIL}"
    if name in _PRINT:
        return "is written print"
    if name in _PUBLISH:
        return f"is written publish: {FOLDER}"
    if name in _WEBHOOK:
        return f"is written webhook: {WEBHOOK}"
    address = _ADDRESSES.get(_OTHER_NAMES.get(name, name))
    return f'is reached through Apprise, write apprise: "{address}"' if address is not None else None
