"""Joining: reads an invitation, checks the hub's CA before anything is sent, redeems."""

import base64
import os
import socket
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import objects
import sealing
from contract import canonical, directory_pb, enrolment_pb, enrolment_rpc, need, strict


def invitation(text):
    """The invitation in a line of text; blanks that mail programs put in are ignored."""
    joined = "".join(text.split())
    need(joined.startswith("wiez1."), "not an invitation")
    data = joined.removeprefix("wiez1.")
    found = strict(enrolment_pb.Invitation, base64.urlsafe_b64decode(data + "=" * (-len(data) % 4)))
    need(found.version == 1 and len(found.secret) == 16, "not an invitation of this version")
    return found


def authority(dial, name, fingerprint):
    """The CA certificate (DER) that the hub shows, if it is the one of the invitation."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    host, port = dial.rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=10) as raw:
        with context.wrap_socket(raw, server_hostname=name) as tls:
            chain = tls._sslobj.get_unverified_chain()
    for certificate in chain:
        der = ssl.PEM_cert_to_DER_cert(certificate.public_bytes())
        if objects.sha256(der) == fingerprint:
            return der
    need(False, "the hub does not show the CA of the invitation")


def fresh_keys(institution):
    """New keys for the state of a node: TLS key and request, signing seed, sealing seed, its worker's seed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, institution)])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "tls_key": pem.decode(),
        "tls_csr": request.public_bytes(serialization.Encoding.DER).hex(),
        "signing_seed": os.urandom(32).hex(),
        "sealing_seed": os.urandom(32).hex(),
        "worker_seed": os.urandom(32).hex(),
    }


def request(invite, state):
    """The request that redeems an invitation."""
    signing = bytes.fromhex(state["signing_seed"])
    redeem = canonical(
        enrolment_pb.Redeem(
            version=1,
            region=invite.region,
            institution=invite.institution,
            tls_csr=bytes.fromhex(state["tls_csr"]),
            signing_key=objects.public_of(signing),
            sealing_key=sealing.sealing_public(bytes.fromhex(state["sealing_seed"])),
        )
    )
    region = objects.Region(invite.region, invite.directory_fingerprint)
    return enrolment_pb.RedeemRequest(
        redeem=redeem,
        signature=objects.sign(signing, "redeem", region, redeem),
        mac=objects.hmac_sha256(invite.secret, b"wiez/v1/redeem-mac\0" + redeem),
    )


def redeem(channel, invite, state):
    """Sends the request and checks everything that comes back."""
    answer = enrolment_rpc.EnrolmentServiceStub(channel).Redeem(request(invite, state), timeout=30)
    need(objects.sha256(answer.ca_certificate) == invite.ca_fingerprint, "another CA")
    region = objects.Region(invite.region, invite.directory_fingerprint)
    keys = region_keys(region, answer.region)
    own = strict(directory_pb.Entry, objects.open_signed(keys.directory_key, "entry", region, answer.entry))
    need(own.institution == invite.institution, "an entry of another institution")
    need(own.tls_fingerprint == objects.sha256(answer.certificate), "another certificate is registered")
    return answer


def region_keys(region, signed):
    """The region's keys, if the directory key with the known fingerprint signed them."""
    keys = strict(directory_pb.RegionKeys, signed.content)
    need(keys.version == 1 and keys.region == region.name, "another region")
    need(objects.sha256(keys.directory_key) == region.fingerprint, "another directory key")
    objects.open_signed(keys.directory_key, "region", region, signed)
    return keys
