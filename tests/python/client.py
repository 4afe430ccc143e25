"""A client of Więź that shares no code with it: written from the .proto files and proto/README.md.

    client.py vectors DIR                            check this client against the frozen vectors
    client.py enrol STATE --invite TEXT              join with an invitation ("-" reads it from standard input)
    client.py mirror STATE                           fetch and check directory and log
    client.py send STATE --to ID --topic T --text X  send a question without personal data
    client.py receive STATE                          take, open and acknowledge what waits
    client.py verify-log FILE [STATE]                check an exported log, with STATE against the keys of the region

`--dial HOST:PORT` reaches the hub at another address than the invitation says. Prints JSON,
one object a line. Exit codes: 0 done, 1 refused or wrong, 2 called wrongly, 3 the hub cannot be reached.
"""

import argparse
import json
import pathlib
import sys

import grpc

import member
import record
import selftest
from contract import Refused, need


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    vectors = commands.add_parser("vectors")
    vectors.add_argument("folder")
    for name in ("enrol", "mirror", "send", "receive"):
        command = commands.add_parser(name)
        command.add_argument("state")
        command.add_argument("--dial")
        if name == "enrol":
            command.add_argument("--invite", required=True)
        if name == "send":
            command.add_argument("--to", required=True)
            command.add_argument("--topic", required=True)
            command.add_argument("--text", required=True)
        if name == "receive":
            command.add_argument("--seconds", type=float, default=30)
    verify = commands.add_parser("verify-log")
    verify.add_argument("file")
    verify.add_argument("state", nargs="?")
    return parser.parse_args()


def tell(value):
    """Prints one line of JSON."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def verify_log(file, state):
    """Checks an export, with the keys of the region when a state is given."""
    # Lines end with a line feed only, and nothing is translated on the way in.
    text = pathlib.Path(file).read_bytes().decode("utf-8")
    if state is None:
        return tell(record.verify_export(text))
    own = member.Member(state)
    need(own.state, "this state has not joined")
    directory = own.keys().directory_key
    tell(record.verify_export(text, own.log_keys(), own.state["region"], directory))


def with_hub(args):
    """The commands that need a hub."""
    own = member.Member(args.state, args.dial)
    if args.command == "enrol":
        own.enrol(sys.stdin.read() if args.invite == "-" else args.invite)
        return tell({"institution": own.state["institution"], "region": own.state["region"]})
    need("certificate" in own.state, "this state has not joined; enrol first")
    with own.connect() as link:
        own.mirror(link)
        if args.command == "send":
            return tell(own.send(link, args.to, args.topic, args.text))
        if args.command == "receive":
            for item in own.receive(link, args.seconds):
                tell(item)
            return None
        return tell({"institutions": sorted(own.state["directory"]), "log_size": own.state["log"]["size"]})


def main():
    """Runs one command."""
    args = arguments()
    try:
        if args.command == "vectors":
            tell({"checks": selftest.run(args.folder)})
        elif args.command == "verify-log":
            verify_log(args.file, args.state)
        else:
            with_hub(args)
    except Refused as refusal:
        print(f"refused: {refusal}", file=sys.stderr)
        return 1
    except (UnicodeDecodeError, AssertionError) as error:
        print(f"wrong: {error}", file=sys.stderr)
        return 1
    except grpc.RpcError as error:
        print(f"the hub answered {error.code().name}: {error.details()}", file=sys.stderr)
        return 3 if error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED) else 1
    except OSError as error:
        print(f"cannot reach or read: {error}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
