"""The messages and services of the .proto files, and the one canonical encoding of each message."""

import pathlib
import sys

import grpc

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"
sys.path.insert(0, str(PROTO))

signed_pb, _ = grpc.protos_and_services("wiez/v1/signed.proto")
envelope_pb, _ = grpc.protos_and_services("wiez/v1/envelope.proto")
payload_pb, _ = grpc.protos_and_services("wiez/v1/payload.proto")
log_pb, log_rpc = grpc.protos_and_services("wiez/v1/log.proto")
consent_pb, consent_rpc = grpc.protos_and_services("wiez/v1/consent.proto")
directory_pb, directory_rpc = grpc.protos_and_services("wiez/v1/directory.proto")
enrolment_pb, enrolment_rpc = grpc.protos_and_services("wiez/v1/enrolment.proto")
mailbox_pb, mailbox_rpc = grpc.protos_and_services("wiez/v1/mailbox.proto")


class Refused(Exception):
    """Something does not keep the protocol."""


def need(condition, why):
    """Goes on only when a rule is kept."""
    if not condition:
        raise Refused(why)


def canonical(message):
    """The canonical bytes: ascending fields, no defaults, shortest varints."""
    return message.SerializeToString(deterministic=True)


def strict(kind, data):
    """Reads canonical bytes and refuses every other encoding of the same message."""
    message = kind()
    try:
        message.ParseFromString(data)
    except Exception as error:
        raise Refused(f"not a {kind.DESCRIPTOR.name}") from error
    message.DiscardUnknownFields()
    need(canonical(message) == data, f"{kind.DESCRIPTOR.name} is not canonical")
    return message
