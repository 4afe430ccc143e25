"""A member of a region: its state in one JSON file, and what it does with a hub."""

import json
import os
import pathlib
import time

import grpc
from google.protobuf import json_format

import joining
import objects
import record
import sealing
from contract import (
    PROTO, Refused, canonical, consent_pb, directory_pb, directory_rpc, envelope_pb, log_pb, log_rpc, mailbox_pb,
    mailbox_rpc, need, payload_pb, signed_pb, strict,
)

ZERO = bytes(32)
DAY_MS = 86_400_000
OPTIONS = [("grpc.max_receive_message_length", 2 * 1024 * 1024), ("grpc.keepalive_time_ms", 20_000)]


def now_ms():
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def pem(der):
    """A DER certificate as text."""
    import ssl

    return ssl.DER_cert_to_PEM_cert(der).encode()


def channel(dial, name, ca, key=None, certificate=None):
    """A TLS channel to an address under the name of the hub."""
    credentials = grpc.ssl_channel_credentials(pem(ca), key, certificate)
    return grpc.secure_channel(dial, credentials, [*OPTIONS, ("grpc.ssl_target_name_override", name)])


class Member:
    """One institution; every change is written before it is relied upon."""

    def __init__(self, folder, dial=None):
        self.path = pathlib.Path(folder) / "node.json"
        self.state = json.loads(self.path.read_text(encoding="utf-8")) if self.path.exists() else {}
        self.dial_override = dial

    def save(self):
        """Replaces the file as a whole."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            json.dump(self.state, out, indent=1)
            out.flush()
            os.fsync(out.fileno())
        os.replace(fresh, self.path)

    # --- joining

    def enrol(self, text):
        """Trades an invitation for membership; called again it sends the same bytes."""
        invite = joining.invitation(text)
        dial, name = self.dial_override or f"{invite.host}:{invite.port}", f"enrol.{invite.host}"
        if not self.state:
            self.state = {
                "region": invite.region,
                "fingerprint": invite.directory_fingerprint.hex(),
                "institution": invite.institution,
                "host": invite.host,
                "port": invite.port,
                **joining.fresh_keys(invite.institution),
            }
            self.save()
        need(self.state["institution"] == invite.institution, "this state belongs to another institution")
        ca = joining.authority(dial, name, invite.ca_fingerprint)
        with channel(dial, name, ca) as link:
            answer = joining.redeem(link, invite, self.state)
        if self.state.get("certificate") == answer.certificate.hex():
            return
        self.state |= {
            "certificate": answer.certificate.hex(),
            "ca": answer.ca_certificate.hex(),
            "region_keys": canonical(answer.region).hex(),
            "revision": 0,
            "directory": {},
            "standing": {},
            "channels": {},
            "event": 0,
            "seen": {},
            "log": {"size": 0, "nodes": [], "edges": {}, "ended": {}, "checkpoint": "", "time_s": 0},
        }
        self.save()

    # --- what the state says

    def key(self, name):
        """A secret or public value of the state as bytes."""
        return bytes.fromhex(self.state[name])

    def region(self):
        """What signatures are bound to."""
        return objects.Region(self.state["region"], self.key("fingerprint"))

    def keys(self):
        """The region's keys."""
        return joining.region_keys(self.region(), strict(signed_pb.Signed, self.key("region_keys")))

    def log_keys(self):
        """The log's keys."""
        keys = self.keys()
        return record.LogKeys(keys.log_origin, keys.log_key, keys.cosign_key)

    def entry(self, institution):
        """The pinned directory entry of an institution."""
        need(institution in self.state["directory"], f"{institution} is not in the directory")
        return strict(directory_pb.Entry, bytes.fromhex(self.state["directory"][institution]))

    def connect(self):
        """A channel with the client certificate."""
        dial = self.dial_override or f"{self.state['host']}:{self.state['port']}"
        return channel(dial, self.state["host"], self.key("ca"), self.state["tls_key"].encode(), pem(self.key("certificate")))

    # --- directory and log

    def mirror(self, link):
        """Fetches and checks directory and log."""
        self.mirror_directory(link)
        self.mirror_log(link)
        self.save()

    def mirror_directory(self, link):
        """Follows the directory; a key that changed without its owner's agreement is refused."""
        stub, complete = directory_rpc.DirectoryServiceStub(link), False
        while not complete:
            page = stub.Mirror(directory_pb.MirrorRequest(after_revision=self.state["revision"]), timeout=30)
            directory = joining.region_keys(self.region(), page.region).directory_key
            for item in page.items:
                need(item.revision > self.state["revision"], "revisions run backwards")
                if item.WhichOneof("item") == "entry":
                    self.follow(directory, item.entry)
                else:
                    content = objects.open_signed(directory, "membership", self.region(), item.membership)
                    standing = strict(directory_pb.Membership, content)
                    self.state["standing"][standing.institution] = standing.state
                self.state["revision"] = item.revision
            complete = page.complete

    def follow(self, directory, offered):
        """Pins an entry, or takes the successor of a pinned one."""
        content = objects.open_signed(directory, "entry", self.region(), offered.entry)
        entry = strict(directory_pb.Entry, content)
        objects.vet_ed25519(entry.signing_key)
        sealing.vet_sealing(entry.sealing_key)
        if entry.institution in self.state["directory"]:
            pinned = self.entry(entry.institution)
            if canonical(pinned) == content:
                return
            need(entry.serial == pinned.serial + 1 and entry.previous == objects.sha256(canonical(pinned)), "two histories")
            if (entry.signing_key, entry.sealing_key) != (pinned.signing_key, pinned.sealing_key):
                objects.verify(pinned.signing_key, "entry", self.region(), content, offered.previous_key_signature)
        self.state["directory"][entry.institution] = content.hex()

    def mirror_log(self, link):
        """Fetches new leaves, recomputes the root and compares it with the signed head."""
        stub, log = log_rpc.LogServiceStub(link), self.state["log"]
        note = stub.Head(log_pb.HeadRequest(), timeout=30).checkpoint
        size, root, time_s = record.checkpoint(self.log_keys(), note)
        need(size >= log["size"] and (size == log["size"] or time_s >= log["time_s"]), "the log runs backwards")
        need(time_s * 1000 <= now_ms() + 600_000, "a head from the future")
        tree = record.Tree()
        tree.size, tree.nodes = log["size"], [bytes.fromhex(node) for node in log["nodes"]]
        edges, ended = dict(log["edges"]), dict(log["ended"])
        while tree.size < size:
            count = min(1000, size - tree.size)
            leaves = stub.Leaves(log_pb.LeavesRequest(first=tree.size, count=count), timeout=30).leaves
            need(0 < len(leaves) <= count, "leaves are missing")
            for leaf in leaves:
                record.check_leaf(leaf)
                target = {b"E": edges, b"W": ended}.get(leaf[:1])
                if target is not None:
                    target[leaf[1:33].hex()] = leaf[33:].hex()
                tree.push(record.leaf_hash(leaf))
        need(tree.root() == root, "the leaves do not lead to the signed head")
        self.state["log"] = {
            "size": size, "nodes": [node.hex() for node in tree.nodes], "root": root.hex(), "edges": edges,
            "ended": ended, "checkpoint": note, "time_s": max(time_s, log["time_s"]),
        }

    # --- sending

    def send(self, link, recipient, topic, text):
        """Sends a question without personal data and returns the hub's receipt."""
        payload = payload_pb.Payload(consult_anon=payload_pb.Payload.ConsultAnon(topic=topic, text=text))
        content = envelope_pb.Content(
            kind="CONSULT_ANON",
            purpose="P_ADMIN",
            thread=os.urandom(16),
            policy_row=self.policy_row("CONSULT_ANON"),
            checkpoint=self.state["log"]["checkpoint"],
            worker="python",
            payload=canonical(payload),
            urgency="U3_NORMAL",
        )
        place = self.state["channels"].setdefault(recipient, {"epoch": 1, "seq": 0, "prev": ZERO.hex(), "pending": ""})
        if not place["pending"]:
            place["pending"] = canonical(self.sealed(recipient, place, content)).hex()
            place["seq"] += 1
            # On disk before the first byte leaves: the same bytes answer every silence.
            self.save()
        return self.deposit(link, place)

    def sealed(self, recipient, place, content):
        """The envelope for the next position of a channel."""
        entry, created = self.entry(recipient), now_ms()
        header = envelope_pb.Header(
            version=1,
            suite=entry.suite,
            message_id=os.urandom(16),
            sender=self.state["institution"],
            sender_key_id=objects.key_id(objects.public_of(self.key("signing_seed"))),
            recipient=recipient,
            recipient_key_id=objects.key_id(entry.sealing_key),
            epoch=place["epoch"],
            seq=place["seq"] + 1,
            prev=bytes.fromhex(place["prev"]),
            basis_class=envelope_pb.BASIS_CLASS_NO_PERSONAL_DATA,
            created_ms=created,
            expires_ms=created + 30 * DAY_MS,
        )
        self.signed_by_worker(header, content)
        return sealing.seal(self.region(), self.key("signing_seed"), entry.sealing_key, header, content)

    def signed_by_worker(self, header, content):
        """Repeats the header inside, vouches for the worker's key, and signs with it."""
        for field in ("sender", "recipient", "message_id", "basis_class", "handle"):
            setattr(content, field, getattr(header, field))
        delegation = envelope_pb.Delegation(
            institution=header.sender,
            worker=content.worker,
            public_key=objects.public_of(self.key("worker_seed")),
            valid_from_ms=header.created_ms - DAY_MS,
            valid_to_ms=header.created_ms + 60 * DAY_MS,
        )
        delegation = objects.make_signed(self.key("signing_seed"), "delegation", self.region(), delegation)
        objects.sign_as_worker(self.key("worker_seed"), delegation, self.region(), content)

    def deposit(self, link, place):
        """Hands in what is pending on a channel, and checks the evidence."""
        envelope = strict(envelope_pb.Envelope, bytes.fromhex(place["pending"]))
        stub, name = mailbox_rpc.MailboxServiceStub(link), sealing.envelope_hash(envelope)
        answer = stub.DepositOne(mailbox_pb.DepositOneRequest(envelope=envelope), timeout=30)
        need(answer.envelope_hash == name, "an answer about another envelope")
        if answer.WhichOneof("outcome") == "refused":
            # A final refusal kills these bytes; their position is never signed again.
            if answer.refused.HasField("final"):
                place["pending"] = ""
                self.save()
            raise Refused(f"the hub refused: {answer.refused.reason}")
        need(answer.accepted.envelope_hash == name, "a receipt for another envelope")
        size, _, _ = record.check_proof(self.log_keys(), name, answer.accepted.proof)
        place |= {"pending": "", "prev": name.hex()}
        self.save()
        header = strict(envelope_pb.Header, envelope.header)
        return {"message_id": header.message_id.hex(), "envelope_hash": name.hex(), "log_size": size}

    @staticmethod
    def policy_row(row):
        """Digest of a row of the policy table, as the vectors list it."""
        rows = json.loads((PROTO / "vectors" / "policy.json").read_text(encoding="utf-8"))["rows"]
        return bytes.fromhex(rows[row])

    # --- receiving

    def receive(self, link, seconds):
        """Takes what waits, opens it, acknowledges it; returns messages and news."""
        stub = mailbox_rpc.MailboxServiceStub(link)
        start = mailbox_pb.CollectRequest(start=mailbox_pb.CollectStart(after_event=self.state["event"]))
        done = []
        stream = stub.Collect(self.until(start, done), timeout=seconds)
        found, taken = [], {}
        for item in stream:
            what = item.WhichOneof("message")
            if what == "caught_up":
                break
            if what == "delivery":
                found.append(self.take(item.delivery, taken))
            elif what == "tombstone":
                found.append(self.bury(item.tombstone, taken))
            elif what == "event":
                found.append({"event": item.event.WhichOneof("news"), "cursor": item.event.cursor})
                self.state["event"] = item.event.cursor
        self.mirror_log(link)
        self.save()
        self.acknowledge(stub, taken)
        done.append(True)
        stream.cancel()
        return found

    @staticmethod
    def until(start, done):
        """The requests of a collect stream: the start, then silence until the end."""
        yield start
        while not done:
            time.sleep(0.05)

    def take(self, delivery, taken):
        """Verifies, opens and judges one envelope."""
        header = strict(envelope_pb.Header, delivery.envelope.header)
        need(header.recipient == self.state["institution"], "mail of somebody else")
        name, sender = sealing.envelope_hash(delivery.envelope), self.entry(header.sender)
        record.check_proof(self.log_keys(), name, delivery.receipt.proof)
        header, content = sealing.open_envelope(
            self.region(), sender.signing_key, self.key("sealing_seed"), delivery.envelope
        )
        again = name.hex() in self.state["seen"]
        need(again or header.expires_ms > now_ms(), "too late")
        typed = content.kind in ("CONSULT_ANON", "REPLY_ANON")
        if typed or content.categories or content.asked or content.HasField("worker_signature"):
            objects.check_worker(sender.signing_key, self.region(), content, header.created_ms)
        grant = self.judge(header, content)
        self.state["seen"][name.hex()] = header.expires_ms
        taken.setdefault(header.sender, []).append(name)
        payload = json_format.MessageToDict(strict(payload_pb.Payload, content.payload), preserving_proto_field_name=True)
        return {
            "message_id": header.message_id.hex(), "envelope_hash": name.hex(), "sender": header.sender,
            "kind": content.kind, "categories": list(content.categories), "purpose": content.purpose,
            "worker": content.worker, "grant": grant, "again": again, "payload": payload,
        }

    def judge(self, header, content):
        """The recipient's gate as far as this client has one: consent needs a live, logged edge."""
        if header.basis_class != envelope_pb.BASIS_CLASS_CONSENT:
            return None
        grant = strict(consent_pb.Grant, content.grant.content)
        need({grant.issuer, grant.counterparty} == {header.sender, header.recipient}, "a grant of others")
        objects.open_signed(self.issuer_key(grant.issuer), "grant", self.region(), content.grant)
        edges = [edge for edge in grant.edges if edge.handle == header.handle]
        need(len(edges) == 1 and (edges[0].to, getattr(edges[0], "from")) == (header.recipient, header.sender), "another edge")
        need(set(content.categories) <= set(edges[0].categories), "CONSENT_SCOPE")
        need(content.purpose in edges[0].purposes, "CONSENT_PURPOSE")
        handle, logged = objects.sha256(header.handle).hex(), objects.sha256(content.grant.content).hex()
        need(handle not in self.state["log"]["ended"], "CONSENT_WITHDRAWN")
        need(self.state["log"]["edges"].get(handle) == logged, "the log does not have this edge")
        return grant.grant_id.hex()

    def issuer_key(self, issuer):
        """Signing key of a grant's issuer, who may be this institution."""
        own = issuer == self.state["institution"]
        return objects.public_of(self.key("signing_seed")) if own else self.entry(issuer).signing_key

    def bury(self, signed, taken):
        """Checks a tombstone and takes it like an envelope."""
        content = objects.open_signed(self.keys().mail_key, "tombstone", self.region(), signed)
        stone = strict(mailbox_pb.Tombstone, content)
        header = strict(envelope_pb.Header, stone.header)
        name = sealing.parts_hash(stone.header, stone.wrap_hash, stone.ciphertext_hash, stone.blob_root)
        sender = self.entry(header.sender).signing_key
        objects.verify(sender, "envelope", self.region(), name, stone.sender_signature)
        taken.setdefault(header.sender, []).append(name)
        return {"tombstone": mailbox_pb.EndCause.Name(stone.cause), "message_id": header.message_id.hex()}

    def acknowledge(self, stub, taken):
        """Signs one receipt for each sender; at most 64 envelopes each."""
        receipts = []
        for sender, names in sorted(taken.items()):
            for at in range(0, len(names), 64):
                receipt = mailbox_pb.Receipt(
                    recipient=self.state["institution"],
                    sender=sender,
                    envelope_hashes=names[at : at + 64],
                    log_size=self.state["log"]["size"],
                    log_root=bytes.fromhex(self.state["log"]["root"]),
                    at_ms=now_ms(),
                )
                receipts.append(objects.make_signed(self.key("signing_seed"), "receipt", self.region(), receipt))
        if receipts:
            stub.Acknowledge(mailbox_pb.AcknowledgeRequest(receipts=receipts), timeout=30)
