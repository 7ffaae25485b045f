"""The forms in which a server may send a secret back."""

import html
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote, quote_plus

FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "upper case": lambda secret: "".join(each.upper() if each.isascii() else each for each in secret),
    "percent": quote,
    "percent, all of it": lambda secret: quote(secret, safe=""),
    "percent, lower hex": lambda secret: quote(secret, safe="").replace("%2F", "%2f").replace("%3C", "%3c"),
    "form": quote_plus,
    "each byte": lambda secret: "".join(f"%{byte:02x}" for byte in secret.encode()),
    "percent twice": lambda secret: quote(quote(secret)),
    "JSON": lambda secret: json.dumps(secret)[1:-1],
    "JSON as it is": lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    "JSON, slashes too": lambda secret: json.dumps(secret)[1:-1].replace("/", "\\/"),
    "HTML": html.escape,
    "HTML in numbers": lambda secret: "".join(f"&#{ord(each)};" for each in secret),
    "HTML in hex": lambda secret: "".join(f"&#X{ord(each):x};" for each in secret),
    "JSON in HTML": lambda secret: html.escape(json.dumps(secret)[1:-1]),
    "an address in JSON in HTML": lambda secret: html.escape(json.dumps(f'"{quote(secret)}"')),
    "hex": lambda secret: secret.encode().hex(),
    "hex, upper case": lambda secret: secret.encode().hex().upper(),
    "Python": lambda secret: repr(secret.encode())[2:-1],
    "base64": lambda secret: b64encode(secret.encode()).decode(),
    "base64, for addresses": lambda secret: urlsafe_b64encode(secret.encode()).decode(),
    "base64, in an address": lambda secret: quote(b64encode(secret.encode()).decode(), safe=""),
    "Basic": lambda secret: b64encode(f"user:{secret}".encode()).decode(),
    "AUTH PLAIN": lambda secret: b64encode(f"\0user\0{secret}".encode()).decode(),
    "XOAUTH2": lambda secret: b64encode(f"user=a\1auth=Bearer {secret}\1\1".encode()).decode(),
}
