"""Keeps personal data unreadable at rest: every person's words are sealed with AES-256-GCM under a key of the survey.

The key is random. Without a passphrase it lies beside the database in `people.key`, so that nobody is asked and a
copy of `people.db` alone tells nothing. `protect` wraps it with a passphrase (scrypt) and removes that file; from
then on the passphrase is needed. Without the key nothing sealed can ever be read: to close a survey is to destroy it.
All cryptography is the library `cryptography`'s (NIST SP 800-38D, RFC 7914); nothing here is of our own making.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from pydantic_core import to_json

from sipas_forms.errors import PeopleError

PASSPHRASE_VARIABLE = "SIPAS_PASSPHRASE"
KEY_BYTES = 32  # AES-256
NONCE_BYTES = 12  # of AES-GCM; random, so that 2^32 rows are safe under one key (SP 800-38D, 8.3)
SALT_BYTES = 16
# scrypt: 128 MB and about half a second for every guess (RFC 7914; OWASP's cheat sheet names N=2^17, r=8, p=1).
SCRYPT_N, SCRYPT_R, SCRYPT_P = 2**17, 8, 1
# Shorter ones are guessed, whatever each guess costs.
MIN_PASSPHRASE = 10


@dataclass(frozen=True)
class Vault:
    """Seals and opens; `place` binds what is sealed to where it stands, so that nothing can be moved elsewhere."""

    key: bytes

    def seal(self, value: Any, place: str) -> bytes:
        """JSON of `value`, encrypted."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, to_json(value), place.encode())

    def open(self, sealed: bytes, place: str) -> Any:
        """What was sealed; PeopleError where it was changed, moved, or sealed with another key."""
        try:
            words = self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
        except InvalidTag:
            raise PeopleError(
                "people.db holds something that this survey's key did not seal: it was damaged, or people.key belongs "
                "to another copy. Restore both from the same copy."
            ) from None
        return json.loads(words)

    def token(self, text: str) -> str:
        """The same text gives the same token, which tells nothing without the key (HMAC-SHA256, 128 bits)."""
        return hmac.digest(self.key, text.encode(), "sha256").hex()[:32]

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self.key)


def key_file(database: Path) -> Path:
    """Where the key of a database of people lies while no passphrase protects it."""
    return database.with_suffix(".key")


def make_key(database: Path) -> bytes:
    """A new random key in its file; the one that is there where another command was quicker."""
    path = key_file(database)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read_key(database)
    key = secrets.token_bytes(KEY_BYTES)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(key.hex() + "\n")
    return key


def read_key(database: Path) -> bytes:
    """The key from its file; PeopleError where the file is gone or is no key."""
    path = key_file(database)
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        raise PeopleError(
            f"{path}: is missing. Without it {database.name} can't be read; restore it from the same copy."
        ) from None
    except (OSError, ValueError):
        raise PeopleError(f"{path}: can't be read as a key; restore it from a copy.") from None
    if len(key) != KEY_BYTES:
        raise PeopleError(f"{path}: is not a whole key; restore it from a copy.")
    return key


def wrap_key(key: bytes, passphrase: str) -> str:
    """The key under a passphrase, as text for the database; PeopleError where the passphrase is too short."""
    if len(passphrase) < MIN_PASSPHRASE:
        raise PeopleError(f"A passphrase has at least {MIN_PASSPHRASE} characters; several words are best.")
    salt = secrets.token_bytes(SALT_BYTES)
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(_stretch(passphrase, salt)).encrypt(nonce, key, b"key")
    return json.dumps({"kdf": "scrypt", "n": SCRYPT_N, "r": SCRYPT_R, "p": SCRYPT_P, "salt": salt.hex(),
                       "key": (nonce + sealed).hex()})  # fmt: skip


def unwrap_key(wrapped: str, passphrase: str | None) -> bytes:
    """The key from its wrapping; PeopleError where the passphrase is missing or wrong."""
    if passphrase is None:
        raise PeopleError(
            f"The data of people are protected by a passphrase. Set {PASSPHRASE_VARIABLE}, or run the command in a "
            "terminal, where it asks for it."
        )
    parts = json.loads(wrapped)
    sealed = bytes.fromhex(parts["key"])
    stretched = _stretch(passphrase, bytes.fromhex(parts["salt"]), parts["n"], parts["r"], parts["p"])
    try:
        return AESGCM(stretched).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], b"key")
    except InvalidTag:
        raise PeopleError("The passphrase is wrong; nothing was opened. Try it again.") from None


def _stretch(passphrase: str, salt: bytes, n: int = SCRYPT_N, r: int = SCRYPT_R, p: int = SCRYPT_P) -> bytes:
    return Scrypt(salt=salt, length=KEY_BYTES, n=n, r=r, p=p).derive(passphrase.encode())
