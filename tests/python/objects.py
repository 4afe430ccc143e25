"""Keys and signatures: what every signature covers, and which keys are refused."""

import hashlib
import hmac

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from contract import Refused, canonical, envelope_pb, need, signed_pb, strict

P = 2**255 - 19
# Points whose order divides 8, without the sign bit (RFC 8032 encodings of y).
SMALL_ORDER = {
    0,
    1,
    P - 1,
    int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"),
    int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"),
}


def sha256(*parts):
    """SHA-256 of the parts one after another."""
    return hashlib.sha256(b"".join(parts)).digest()


def hmac_sha256(key, message):
    """HMAC-SHA256."""
    return hmac.new(key, message, hashlib.sha256).digest()


def key_id(public):
    """First 16 bytes of the SHA-256 of a public key."""
    return sha256(public)[:16]


def u32(number):
    """Four bytes, big endian."""
    return number.to_bytes(4, "big")


class Region:
    """What every signature is bound to: the region's id and the hash of its first directory key."""

    def __init__(self, name, fingerprint):
        self.name, self.fingerprint = name, fingerprint

    def encoded(self):
        """Id, one zero byte, fingerprint."""
        return self.name.encode() + b"\0" + self.fingerprint


def signed_bytes(kind, region, content):
    """The exact bytes under the signature of an object."""
    tag, place = b"wiez/v1/" + kind.encode(), region.encoded()
    return u32(len(tag)) + tag + b"\0" + u32(len(place)) + place + u32(len(content)) + content


def vet_ed25519(public):
    """Refuses Ed25519 keys that are not canonical, off the curve, or of small order."""
    need(len(public) == 32, "an Ed25519 key has 32 bytes")
    y = int.from_bytes(public, "little") & (2**255 - 1)
    need(y < P and y not in SMALL_ORDER, "weak Ed25519 key")
    d = -121665 * pow(121666, P - 2, P) % P
    square = (y * y - 1) * pow(d * y * y + 1, P - 2, P) % P
    need(pow(square, (P - 1) // 2, P) in (0, 1), "an Ed25519 key off the curve")
    return public


def sign(seed, kind, region, content):
    """Ed25519 signature of an object."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(signed_bytes(kind, region, content))


def public_of(seed):
    """The public half of an Ed25519 seed."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def verify(public, kind, region, content, signature):
    """Refuses a signature that does not hold."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed_bytes(kind, region, content))
    except (InvalidSignature, ValueError) as error:
        raise Refused("unverifiable") from error


def worker_part(content):
    """The bytes of content that its worker signs: nothing that sealing fills in or renews."""
    part = type(content)()
    part.CopyFrom(content)
    for field in ("epoch", "seq", "prev", "checkpoint", "worker_signature"):
        part.ClearField(field)
    return canonical(part)


def sign_as_worker(seed, delegation, region, content):
    """Puts a worker's signature into content that is complete but for its place in the channel."""
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(signed_bytes("content", region, worker_part(content)))
    content.worker_signature.delegation.CopyFrom(delegation)
    content.worker_signature.signature = signature


def check_worker(sender_key, region, content, created_ms):
    """Refuses content that no worker signed whose key the sender vouches for."""
    need(content.HasField("worker_signature"), "WORKER_SIGNATURE")
    signed = content.worker_signature
    delegation = strict(envelope_pb.Delegation, open_signed(sender_key, "delegation", region, signed.delegation))
    need(delegation.institution == content.sender and delegation.worker == content.worker, "somebody else's key")
    need(0 < delegation.valid_from_ms < delegation.valid_to_ms <= delegation.valid_from_ms + 61 * 86_400_000, "validity")
    need(delegation.valid_from_ms <= created_ms < delegation.valid_to_ms, "the key is not delegated at that time")
    vet_ed25519(delegation.public_key)
    verify(delegation.public_key, "content", region, worker_part(content), signed.signature)


def make_signed(seed, kind, region, content):
    """A Signed message over an object's canonical content."""
    data = canonical(content)
    return signed_pb.Signed(content=data, key_id=key_id(public_of(seed)), signature=sign(seed, kind, region, data))


def open_signed(public, kind, region, signed):
    """The content of a Signed message, if this key signed it."""
    need(signed.key_id == key_id(public), "unverifiable")
    verify(public, kind, region, signed.content, signed.signature)
    return signed.content
