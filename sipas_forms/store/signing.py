"""Signs what the survey states (a draw, a closing) with a key of its own (Ed25519, RFC 8032); anyone can check it.

The private key lies in survey.db; the public key stands in every statement. Its fingerprint, published with the first
one (the record of the draw), ties the later ones to it.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import insert, select

from sipas_forms.store.database import Store
from sipas_forms.store.schema import meta

KEY = "signing_key"


def sign(store: Store, statement: dict[str, Any]) -> dict[str, Any]:
    """The statement with the public key and the signature of everything else in it."""
    key = Ed25519PrivateKey.from_private_bytes(_private(store))
    public = key.public_key().public_bytes_raw().hex()
    return {**statement, "public_key": public, "signature": key.sign(_words({**statement, "public_key": public})).hex()}


def signature_holds(statement: dict[str, Any]) -> bool:
    """Whether nothing in a signed statement was changed since it was signed with the key that it names."""
    unsigned = {key: value for key, value in statement.items() if key != "signature"}
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(statement["public_key"])))
        public.verify(bytes.fromhex(str(statement["signature"])), _words(unsigned))
    except (InvalidSignature, ValueError, KeyError):
        return False
    return True


def fingerprint(statement: dict[str, Any]) -> str:
    """Sixteen signs of the public key's digest, in fours, to read out and to compare."""
    digest = hashlib.sha256(str(statement.get("public_key", "")).encode()).hexdigest()[:16].upper()
    return " ".join(digest[i : i + 4] for i in range(0, 16, 4))


def survey_fingerprint(store: Store) -> str:
    """The fingerprint of this survey's own key."""
    public = Ed25519PrivateKey.from_private_bytes(_private(store)).public_key().public_bytes_raw().hex()
    return fingerprint({"public_key": public})


def _words(statement: dict[str, Any]) -> bytes:
    return json.dumps(statement, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _private(store: Store) -> bytes:
    found = store.meta(KEY)
    if found is None:
        with store.transaction() as connection:
            new = Ed25519PrivateKey.generate().private_bytes_raw().hex()
            connection.execute(insert(meta).prefix_with("OR IGNORE", dialect="sqlite"), [{"key": KEY, "value": new}])
            found = connection.scalar(select(meta.c.value).where(meta.c.key == KEY))
    return bytes.fromhex(str(found))
