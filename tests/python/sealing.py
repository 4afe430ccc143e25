"""Sealing: X-Wing, the HPKE key schedule written from RFC 9180, and the envelope around them."""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from kyber_py.ml_kem import ML_KEM_768

from contract import Refused, canonical, envelope_pb, need, strict
from objects import P, key_id, sha256, sign, u32, verify

ENCAPSULATION = 1120
BUCKETS = [4096, 16384, 65536, 262144]
SUITE = b"HPKE" + (0x647A).to_bytes(2, "big") + (1).to_bytes(2, "big") + (3).to_bytes(2, "big")


def vet_x25519(point):
    """Refuses X25519 points that are not canonical or of small order."""
    need(len(point) == 32 and int.from_bytes(point, "little") < P, "not a canonical point")
    try:
        X25519PrivateKey.from_private_bytes(b"\x55" * 32).exchange(X25519PublicKey.from_public_bytes(point))
    except ValueError as error:
        raise Refused("a point of small order") from error


def vet_sealing(public):
    """Refuses X-Wing keys that must not be trusted."""
    need(len(public) == 1216, "an X-Wing key has 1216 bytes")
    vet_x25519(public[1184:])
    for at in range(0, 1152, 3):
        low = public[at] | (public[at + 1] & 0x0F) << 8
        high = public[at + 1] >> 4 | public[at + 2] << 4
        need(low < 3329 and high < 3329, "an ML-KEM key beyond its modulus")
    return public


def _expand(seed):
    """The key pair behind a 32-byte X-Wing seed."""
    expanded = hashlib.shake_256(seed).digest(96)
    encapsulation_key, decapsulation_key = ML_KEM_768.key_derive(expanded[:64])
    classical = X25519PrivateKey.from_private_bytes(expanded[64:])
    return encapsulation_key, decapsulation_key, classical


def sealing_public(seed):
    """The public half of an X-Wing seed: ML-KEM-768, then X25519."""
    encapsulation_key, _, classical = _expand(seed)
    return encapsulation_key + classical.public_key().public_bytes_raw()


def _combine(secret_m, secret_x, ciphertext_x, public_x):
    """X-Wing's combiner."""
    return hashlib.sha3_256(secret_m + secret_x + ciphertext_x + public_x + b"\\.//^\\").digest()


def encapsulate(public, randomness):
    """X-Wing: the shared secret and its encapsulation, from 64 random bytes."""
    ephemeral = X25519PrivateKey.from_private_bytes(randomness[32:])
    # kyber-py has no public call that takes its randomness; the vectors need one.
    secret_m, ciphertext_m = ML_KEM_768._encaps_internal(public[:1184], randomness[:32])
    ciphertext_x = ephemeral.public_key().public_bytes_raw()
    secret_x = ephemeral.exchange(X25519PublicKey.from_public_bytes(public[1184:]))
    return _combine(secret_m, secret_x, ciphertext_x, public[1184:]), ciphertext_m + ciphertext_x


def decapsulate(seed, encapsulation):
    """X-Wing: the shared secret of an encapsulation."""
    need(len(encapsulation) == ENCAPSULATION, "unverifiable")
    _, decapsulation_key, classical = _expand(seed)
    ciphertext_x = encapsulation[1088:]
    vet_x25519(ciphertext_x)
    secret_m = ML_KEM_768.decaps(decapsulation_key, encapsulation[:1088])
    secret_x = classical.exchange(X25519PublicKey.from_public_bytes(ciphertext_x))
    return _combine(secret_m, secret_x, ciphertext_x, classical.public_key().public_bytes_raw())


def _extract(salt, key_material):
    return hmac.new(salt or bytes(32), key_material, hashlib.sha256).digest()


def _expand_key(key, info, length):
    out, block = b"", b""
    for counter in range(1, -(-length // 32) + 1):
        block = hmac.new(key, block + info + bytes([counter]), hashlib.sha256).digest()
        out += block
    return out[:length]


def _labeled_extract(salt, label, key_material):
    return _extract(salt, b"HPKE-v1" + SUITE + label + key_material)


def _labeled_expand(key, label, info, length):
    return _expand_key(key, length.to_bytes(2, "big") + b"HPKE-v1" + SUITE + label + info, length)


def key_schedule(shared, info):
    """RFC 9180, 5.1, Base mode: the AEAD and its first nonce."""
    context = b"\0" + _labeled_extract(b"", b"psk_id_hash", b"") + _labeled_extract(b"", b"info_hash", info)
    secret = _labeled_extract(shared, b"secret", b"")
    key = _labeled_expand(secret, b"key", context, 32)
    return ChaCha20Poly1305(key), _labeled_expand(secret, b"base_nonce", context, 12)


def derive(content_key, purpose):
    """HKDF-SHA256 without salt, 32 bytes."""
    return _expand_key(_extract(b"", content_key), purpose, 32)


def wrap_info(header):
    """HPKE's info: tag, suite, both institutions, the recipient's key."""
    parts = [header.sender.encode(), header.recipient.encode(), header.recipient_key_id]
    return b"wiez/v1/wrap" + u32(header.suite) + b"".join(u32(len(part)) + part for part in parts)


def padded_size(length):
    """The size that hides a length: four buckets, then Padmé."""
    needed = length + 4
    for bucket in BUCKETS:
        if needed <= bucket:
            return bucket
    exponent = needed.bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    return (needed + mask) & ~mask


def envelope_hash(envelope):
    """The one name of an envelope."""
    return parts_hash(envelope.header, sha256(envelope.wrap), sha256(envelope.ciphertext), envelope.blob_root)


def parts_hash(header, wrap_hash, ciphertext_hash, blob_root):
    """The envelope hash from what outlives the erased bodies."""
    return sha256(b"wiez/v1/envelope-hash", sha256(header), wrap_hash, ciphertext_hash, blob_root)


def seal(region, signing_seed, sealing_key, header, content, content_key=None, randomness=None):
    """Seals content for one recipient: fills sizes and commitment into the header, signs."""
    content_key, randomness = content_key or os.urandom(32), randomness or os.urandom(64)
    for field in ("sender", "recipient", "message_id", "epoch", "seq", "prev", "basis_class", "handle"):
        setattr(content, field, getattr(header, field))
    plain = canonical(content)
    padded = (u32(len(plain)) + plain).ljust(padded_size(len(plain)), b"\0")
    header.padded_size = len(padded)
    header.commitment = derive(content_key, b"wiez/v1/commitment")
    data = canonical(header)
    aad = sha256(data)
    shared, encapsulation = encapsulate(sealing_key, randomness)
    cipher, nonce = key_schedule(shared, wrap_info(header))
    envelope = envelope_pb.Envelope(
        header=data,
        wrap=encapsulation + cipher.encrypt(nonce, content_key, aad),
        ciphertext=AESGCM(derive(content_key, b"wiez/v1/content")).encrypt(bytes(12), padded, aad),
        blob_root=bytes(32),
    )
    envelope.signature = sign(signing_seed, "envelope", region, envelope_hash(envelope))
    return envelope


def open_envelope(region, signer, sealing_seed, envelope):
    """Verifies and opens an envelope; whatever is wrong, the answer is the same."""
    try:
        return _open(region, signer, sealing_seed, envelope)
    except (Refused, InvalidTag, ValueError) as error:
        raise Refused("unverifiable") from error


def _open(region, signer, sealing_seed, envelope):
    verify(signer, "envelope", region, envelope_hash(envelope), envelope.signature)
    header = strict(envelope_pb.Header, envelope.header)
    need(header.version == 1 and header.suite == 1, "another version")
    need(header.sender_key_id == key_id(signer), "another signer")
    need(header.recipient_key_id == key_id(sealing_public(sealing_seed)), "another key")
    need(len(envelope.ciphertext) == header.padded_size + 16 and len(envelope.wrap) == ENCAPSULATION + 48, "a wrong size")
    need(envelope.blob_root == bytes(32), "attachments")
    aad = sha256(envelope.header)
    cipher, nonce = key_schedule(decapsulate(sealing_seed, envelope.wrap[:ENCAPSULATION]), wrap_info(header))
    content_key = cipher.decrypt(nonce, envelope.wrap[ENCAPSULATION:], aad)
    need(hmac.compare_digest(derive(content_key, b"wiez/v1/commitment"), header.commitment), "another content key")
    padded = AESGCM(derive(content_key, b"wiez/v1/content")).decrypt(bytes(12), envelope.ciphertext, aad)
    length = int.from_bytes(padded[:4], "big")
    plain, zeros = padded[4 : 4 + length], padded[4 + length :]
    need(len(plain) == length and not any(zeros) and padded_size(length) == len(padded), "wrong padding")
    content = strict(envelope_pb.Content, plain)
    for field in ("sender", "recipient", "message_id", "epoch", "seq", "prev", "basis_class", "handle"):
        need(getattr(content, field) == getattr(header, field), "inside and outside differ")
    return header, content
