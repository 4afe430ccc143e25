"""The log: RFC 6962 hashes and proofs, signed checkpoints, the export file."""

import base64
import json

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from contract import Refused, need
from objects import sha256

LENGTHS = {b"E": 65, b"W": 65, b"D": 33, b"M": 33, b"B": 37}


def leaf_hash(leaf):
    """Hash of a leaf."""
    return sha256(b"\0", leaf)


def node_hash(left, right):
    """Hash of an inner node."""
    return sha256(b"\1", left, right)


class Tree:
    """A growing tree that keeps only the roots of its complete subtrees."""

    def __init__(self):
        self.size, self.nodes = 0, []

    def push(self, leaf):
        """Appends a leaf hash."""
        index, node = self.size, leaf
        while index % 2 == 1:
            node, index = node_hash(self.nodes.pop(), node), index // 2
        self.nodes.append(node)
        self.size += 1

    def root(self):
        """Root of all leaves."""
        if not self.nodes:
            return sha256(b"")
        root = self.nodes[-1]
        for left in reversed(self.nodes[:-1]):
            root = node_hash(left, root)
        return root


def root_from(leaf, index, size, path):
    """The root to which an inclusion path leads (RFC 9162, 2.1.3.2)."""
    need(0 <= index < size, "no such leaf")
    node, last, root = index, size - 1, leaf
    for step in path:
        need(last != 0, "a path too long")
        if node % 2 == 1 or node == last:
            root = node_hash(step, root)
            while node % 2 == 0 and node != 0:
                node, last = node >> 1, last >> 1
        else:
            root = node_hash(root, step)
        node, last = node >> 1, last >> 1
    need(last == 0, "a path too short")
    return root


def check_consistency(old, old_root, new, new_root, path):
    """Refuses unless the new tree extends the old one (RFC 9162, 2.1.4.2); 0 < old <= new."""
    if old == new:
        return need(not path and old_root == new_root, "two roots of one size")
    path = list(path)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    need(path, "no path")
    node, last = old - 1, new - 1
    while node % 2 == 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for step in path[1:]:
        need(last != 0, "a path too long")
        if node % 2 == 1 or node == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while node % 2 == 0 and node != 0:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, step)
        node, last = node >> 1, last >> 1
    need(last == 0 and first == old_root and second == new_root, "not an extension")


class LogKeys:
    """Name and keys of a log."""

    def __init__(self, origin, log_key, time_key):
        self.origin, self.log_key, self.time_key = origin, log_key, time_key


def _unbase64(text):
    data = base64.b64decode(text, validate=True)
    need(base64.b64encode(data).decode() == text, "not canonical base64")
    return data


def _check(public, message, signature):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature as error:
        raise Refused("a checkpoint with a wrong signature") from error


def _one(lines, name, kind, public):
    wanted = sha256(name.encode(), b"\n", bytes([kind]), public)[:4]
    found = [data[4:] for line_name, data in lines if line_name == name and data[:4] == wanted]
    need(len(found) == 1, "a checkpoint without a signature of its log")
    return found[0]


def checkpoint(keys, note):
    """Size, root and time in seconds of a checkpoint whose both signatures hold."""
    try:
        return _checkpoint(keys, note)
    except ValueError as error:
        raise Refused("not a checkpoint") from error


def _checkpoint(keys, note):
    need(len(note.encode()) <= 4096 and "\n\n" in note, "not a checkpoint")
    text, rest = note.split("\n\n", 1)
    text += "\n"
    lines = text.splitlines()
    need(len(lines) == 3 and text == "\n".join(lines) + "\n", "not a checkpoint")
    need(lines[0] == keys.origin, "a checkpoint of another log")
    size, root = int(lines[1]), _unbase64(lines[2])
    need(str(size) == lines[1] and len(root) == 32 and rest.endswith("\n"), "not a checkpoint")
    signatures = []
    for line in rest[:-1].split("\n"):
        dash, name, data = line.split(" ")
        need(dash == "\u2014", "not a signature line")
        signatures.append((name, _unbase64(data)))
    _check(keys.log_key, text.encode(), _one(signatures, keys.origin, 1, keys.log_key))
    stamped = _one(signatures, keys.origin + "/time", 4, keys.time_key)
    time = int.from_bytes(stamped[:8], "big")
    need(time > 0, "a checkpoint without a time")
    _check(keys.time_key, f"cosignature/v1\ntime {time}\n{text}".encode(), stamped[8:])
    return size, root, time


def check_proof(keys, item, proof):
    """Refuses unless a LogProof leads from a 32-byte item to its signed checkpoint."""
    size, root, time = checkpoint(keys, proof.checkpoint)
    need(proof.leaf_index + 1 == size, "not the last leaf")
    batch = root_from(leaf_hash(item), proof.batch_index, proof.batch_size, proof.batch_path)
    leaf = b"B" + proof.batch_size.to_bytes(4, "big") + batch
    need(root_from(leaf_hash(leaf), proof.leaf_index, size, proof.leaf_path) == root, "the path leads elsewhere")
    return size, root, time


def check_leaf(leaf):
    """Refuses bytes that are no entry of the log."""
    kind = leaf[:1]
    if kind == b"O":
        leaf[1:].decode("utf-8")
        return need(1 < len(leaf) <= 4097, "an origin of the wrong length")
    need(LENGTHS.get(kind) == len(leaf), "not a log entry")
    need(kind != b"B" or leaf[1:5] != bytes(4), "a batch without items")


def verify_export(text, keys=None, region=None, directory_key=None):
    """Checks every line of an export; returns its size, checkpoints and last time."""
    try:
        return _verify_export(text, keys, region, directory_key)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused("not an export of a log") from error


def _verify_export(text, keys, region, directory_key):
    lines = text.split("\n")
    need(lines.pop() == "", "the last line is cut")
    head = json.loads(lines[0])
    names = ["origin", "log_key", "cosign_key", "region", "directory_key"]
    need(list(head) == ["wiez_log", *names] and head["wiez_log"] == 1, "not an export of a log")
    written = '{"wiez_log":1,' + ",".join(f'"{name}":"{head[name]}"' for name in names) + "}"
    need(lines[0] == written, "not the exact form")
    own = LogKeys(head["origin"], _unbase64(head["log_key"]), _unbase64(head["cosign_key"]))
    need(keys is None or vars(keys) == vars(own), "not the trusted log")
    need(region is None or region == head["region"], "not the trusted region")
    need(directory_key is None or directory_key == _unbase64(head["directory_key"]), "not the trusted directory key")
    tree, covered, seen, time = Tree(), -1, 0, 0
    for number, line in enumerate(lines[1:], 2):
        entry = json.loads(line)
        if "leaf" in entry:
            need(line == '{"leaf":"' + entry["leaf"] + '"}', f"line {number}")
            leaf = _unbase64(entry["leaf"])
            check_leaf(leaf)
            tree.push(leaf_hash(leaf))
        else:
            note = entry["checkpoint"]
            need(line == '{"checkpoint":"' + note.replace("\n", "\\n") + '"}', f"line {number}")
            size, root, now = checkpoint(own, note)
            need(size == tree.size and root == tree.root(), f"line {number}: the leaves do not lead to this checkpoint")
            need(now >= time, f"line {number}: time runs backwards")
            covered, seen, time = size, seen + 1, now
    need(covered == tree.size, "the last line is not a checkpoint of all leaves")
    return {"size": tree.size, "checkpoints": seen, "time_s": time}
