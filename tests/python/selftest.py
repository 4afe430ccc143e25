"""Checks this client against the frozen vectors, without any hub."""

import base64
import json
import pathlib

import contract
import objects
import record
import sealing
from contract import Refused, need, strict

un = bytes.fromhex


def run(folder):
    """Runs every check and returns how many there were."""
    load = lambda name: json.loads((pathlib.Path(folder) / name).read_text(encoding="utf-8"))
    keys = load("keys.json")
    region = objects.Region(keys["region"], un(keys["region_fingerprint"]))
    log = record.LogKeys(keys["log_origin"], un(keys["log_public"]), un(keys["time_public"]))
    checks = [
        lambda: check_keys(keys),
        lambda: check_canonical(load("canonical.json")),
        lambda: check_referral(load("envelope.json"), keys, region),
        lambda: check_worker(load("worker.json"), load("envelope.json"), keys, region),
        lambda: check_form(load("statutory.json"), keys, region),
        lambda: check_grant(load("grant.json"), keys, region),
        lambda: check_receipts(load("receipt.json"), load("envelope.json"), keys, region, log),
        lambda: check_evidence(load("evidence.json"), load("envelope.json"), keys, region),
        lambda: check_directory(load("directory.json"), keys, region),
        lambda: check_redeem(load("redeem.json"), keys, region),
        lambda: check_log(load("log.json"), keys, log),
    ]
    for check in checks:
        check()
    return len(checks)


def refused(call, why):
    """Goes on only when a call refuses."""
    try:
        call()
    except Refused:
        return
    raise AssertionError(f"accepted: {why}")


def party(keys, number):
    return {name: un(value) if name != "institution" else value for name, value in keys["parties"][number].items()}


def check_keys(keys):
    for number in (0, 1):
        one = party(keys, number)
        need(objects.public_of(one["signing_seed"]) == one["signing_public"], "signing key")
        need(objects.key_id(one["signing_public"]) == one["signing_key_id"], "signing key id")
        need(sealing.sealing_public(one["sealing_seed"]) == one["sealing_public"], "sealing key")
        need(objects.key_id(one["sealing_public"]) == one["sealing_key_id"], "sealing key id")
        objects.vet_ed25519(one["signing_public"])
        sealing.vet_sealing(one["sealing_public"])
    need(objects.sha256(un(keys["directory_public"])).hex() == keys["region_fingerprint"], "fingerprint")
    for weak in (bytes(32), b"\1" + bytes(31), b"\xff" * 31 + b"\x7f"):
        refused(lambda weak=weak: objects.vet_ed25519(weak), "a weak key")
        refused(lambda weak=weak: sealing.vet_x25519(weak), "a weak point")


def check_canonical(file):
    strict(contract.consent_pb.Edge, un(file["edge"]))
    for name, data in file["refused"].items():
        refused(lambda data=data: strict(contract.consent_pb.Edge, un(data)), name)


def check_referral(file, keys, region):
    content = check_envelope(file, region, party(keys, 0), party(keys, 1))
    need(not content.HasField("statement"), "a statement beside a consent")
    payload = strict(contract.payload_pb.Payload, content.payload)
    need(payload.sections[0].text == "Zażółć Gęślą", "payload")


def check_worker(file, envelope, keys, region):
    ops, school = party(keys, 0), party(keys, 1)
    pb = contract.envelope_pb
    delegation = opened(file["delegation"], ops["signing_public"], "delegation", region, pb.Delegation)
    need(delegation.public_key == ops["worker_public"] == objects.public_of(ops["worker_seed"]), "worker key")
    content = strict(pb.Content, un(envelope["content"]))
    need(objects.worker_part(content).hex() == file["content"], "what the worker signs")
    need(content.worker_signature.signature.hex() == file["signature"], "the worker's signature")
    start, end = delegation.valid_from_ms, delegation.valid_to_ms
    check = lambda content, key=ops["signing_public"], at=start: objects.check_worker(key, region, content, at)
    check(content)
    for created_ms in (start - 1, end):
        refused(lambda at=created_ms: check(content, at=at), "a key that is not delegated")
    refused(lambda: check(content, key=school["signing_public"]), "another institution's word")
    for field, value in (("worker", "j.lis"), ("kind", "SIGNAL"), ("recipient", "zi-brzeg"), ("sender", "zi-brzeg")):
        changed = strict(pb.Content, un(envelope["content"]))
        setattr(changed, field, value)
        refused(lambda changed=changed: check(changed), f"another {field}")
    content.ClearField("worker_signature")
    refused(lambda: check(content), "no signature")


def check_form(file, keys, region):
    content = check_envelope(file, region, party(keys, 1), party(keys, 2))
    objects.check_worker(party(keys, 1)["signing_public"], region, content, 1_788_249_600_000)
    need(content.statement.basis == "UPPD_9D" and not content.HasField("grant"), "statement")
    need(content.statement.formal_ref.channel == "PAPER", "formal letter")
    form = strict(contract.payload_pb.Payload, content.payload).nk_a
    need([person.role for person in form.persons] == ["SUFFERING", "USING"], "roles")
    need(form.persons[0].facts[0].text == "Zażółć Gęślą", "payload")


def check_envelope(file, region, sender, recipient):
    envelope = strict(contract.envelope_pb.Envelope, un(file["envelope"]))
    for field in ("header", "wrap", "ciphertext", "blob_root", "signature"):
        need(getattr(envelope, field).hex() == file[field], field)
    need(sealing.envelope_hash(envelope).hex() == file["envelope_hash"], "envelope hash")
    need(objects.sha256(envelope.header).hex() == file["aad"], "associated data")
    need(sealing.derive(un(file["content_key"]), b"wiez/v1/commitment").hex() == file["commitment"], "commitment")
    header, content = sealing.open_envelope(region, sender["signing_public"], recipient["sealing_seed"], envelope)
    need(contract.canonical(content).hex() == file["content"], "content")
    header.ClearField("padded_size")
    header.ClearField("commitment")
    randomness = un(file["content_key"]), un(file["encapsulation_randomness"])
    again = sealing.seal(region, sender["signing_seed"], recipient["sealing_public"], header, content, *randomness)
    need(contract.canonical(again) == un(file["envelope"]), "sealing again gives other bytes")

    for field in ("header", "wrap", "ciphertext", "blob_root", "signature"):
        spoiled = contract.envelope_pb.Envelope.FromString(un(file["envelope"]))
        value = bytearray(getattr(spoiled, field))
        value[len(value) // 2] ^= 1
        setattr(spoiled, field, bytes(value))
        opened = lambda: sealing.open_envelope(region, sender["signing_public"], recipient["sealing_seed"], spoiled)
        refused(opened, f"a flipped bit in {field}")
    return strict(contract.envelope_pb.Content, un(file["content"]))


def opened(value, public, kind, region, message):
    """The content of a signed object of the vectors, verified and read strictly."""
    signed = strict(contract.signed_pb.Signed, un(value["signed"]))
    content = objects.open_signed(public, kind, region, signed)
    for field in ("content", "key_id", "signature"):
        need(getattr(signed, field).hex() == value[field], f"{kind} {field}")
    refused(lambda: objects.open_signed(public, "recall", region, signed), "a signature over another kind of object")
    return strict(message, content)


def check_grant(file, keys, region):
    ops, school, pb = party(keys, 0), party(keys, 1), contract.consent_pb
    grant = opened(file["grant"], ops["signing_public"], "grant", region, pb.Grant)
    need(objects.sha256(un(file["grant"]["content"])).hex() == file["grant_hash"], "grant hash")
    need(objects.hmac_sha256(un(file["paper_salt"]), un(file["paper_sha256"])) == grant.evidence_commitment, "paper")
    withdrawal = opened(file["withdrawal"], school["signing_public"], "withdrawal", region, pb.Withdrawal)
    need([handle.hex() for handle in withdrawal.handles] == file["handles"], "handles")
    need(sorted(edge.handle.hex() for edge in grant.edges) == file["handles"], "edges")
    named = objects.sha256(b"wiez/v1/object-hash", un(file["withdrawal"]["signed"]))
    need(named.hex() == file["withdrawal_object_hash"], "object hash")


def check_receipts(file, envelope, keys, region, log):
    receipt = strict(contract.mailbox_pb.HubReceipt, un(file["hub_receipt"]))
    need(receipt.envelope_hash.hex() == envelope["envelope_hash"], "hub receipt")
    record.check_proof(log, receipt.envelope_hash, receipt.proof)
    refused(lambda: record.check_proof(log, bytes(32), receipt.proof), "a proof of another item")
    school = party(keys, 1)
    signed = opened(file["receipt"], school["signing_public"], "receipt", region, contract.mailbox_pb.Receipt)
    need(list(signed.envelope_hashes) == [receipt.envelope_hash], "receipt")


def check_evidence(file, envelope, keys, region):
    mail, pb = un(keys["mail_public"]), contract.mailbox_pb
    need(opened(file["refusal"], mail, "refusal", region, pb.Refusal).reason == "CONSENT_WITHDRAWN", "refusal")
    need(opened(file["status"], mail, "status", region, pb.Status).state == pb.END_STATE_BLOCKED, "status")
    stone = opened(file["tombstone"], mail, "tombstone", region, pb.Tombstone)
    named = sealing.parts_hash(stone.header, stone.wrap_hash, stone.ciphertext_hash, stone.blob_root)
    need(named.hex() == envelope["envelope_hash"], "tombstone")
    objects.verify(party(keys, 0)["signing_public"], "envelope", region, named, stone.sender_signature)


def check_directory(file, keys, region):
    directory, pb = un(keys["directory_public"]), contract.directory_pb
    own = opened(file["region"], directory, "region", region, pb.RegionKeys)
    need(own.directory_key == directory and own.log_origin == keys["log_origin"], "region")
    for item in file["entries"]:
        entry = opened(item["entry"], directory, "entry", region, pb.Entry)
        need(objects.sha256(un(item["entry"]["content"])).hex() == item["hash"], "entry hash")
        objects.vet_ed25519(entry.signing_key)
        sealing.vet_sealing(entry.sealing_key)
    opened(file["membership"], directory, "membership", region, pb.Membership)


def check_redeem(file, keys, region):
    ops, pb = party(keys, 0), contract.enrolment_pb
    text = file["invitation"].removeprefix("wiez1.")
    invitation = strict(pb.Invitation, base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    need(invitation.secret.hex() == file["secret"] and invitation.directory_fingerprint == region.fingerprint, "invitation")
    redeem = pb.Redeem(
        version=1,
        region=invitation.region,
        institution=invitation.institution,
        tls_csr=un(file["tls_csr"]),
        signing_key=ops["signing_public"],
        sealing_key=ops["sealing_public"],
    )
    data = contract.canonical(redeem)
    need(data.hex() == file["redeem"], "redeem")
    need(objects.sign(ops["signing_seed"], "redeem", region, data).hex() == file["signature"], "redeem signature")
    need(objects.hmac_sha256(invitation.secret, b"wiez/v1/redeem-mac\0" + data).hex() == file["mac"], "redeem mac")


def check_log(file, keys, log):
    tree, hashes = record.Tree(), [un(value) for value in file["leaf_hashes"]]
    for leaf, leaf_hash, root in zip(file["leaves"], hashes, file["roots"], strict=True):
        record.check_leaf(un(leaf))
        need(record.leaf_hash(un(leaf)) == leaf_hash, "leaf hash")
        tree.push(leaf_hash)
        need(tree.root().hex() == root, "root")
    for item in file["inclusion"]:
        path = [un(step) for step in item["path"]]
        need(record.root_from(hashes[item["index"]], item["index"], item["size"], path) == tree.root(), "inclusion")
    for item in file["consistency"]:
        path, old = [un(step) for step in item["path"]], item["old_size"]
        record.check_consistency(old, un(file["roots"][old - 1]), item["new_size"], tree.root(), path)
        wrong = lambda: record.check_consistency(old, bytes(32), item["new_size"], tree.root(), path)
        refused(wrong, "a consistency proof of another tree")
    size, root, time = record.checkpoint(log, file["checkpoint"])
    need((size, root, time) == (tree.size, tree.root(), file["checkpoint_time_s"]), "checkpoint")
    trusted = log, keys["region"], un(keys["directory_public"])
    export = file["export"]
    need(record.verify_export(export, *trusted)["size"] == tree.size, "export")
    for at in range(0, len(export), 7):
        if export[at].isalnum():
            spoiled = export[:at] + chr(ord(export[at]) ^ 1) + export[at + 1 :]
            refused(lambda spoiled=spoiled: record.verify_export(spoiled, *trusted), f"a flipped bit at {at}")
