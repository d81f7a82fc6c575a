#!/usr/bin/python3
"""Calls one method of the shop and prints the reply, or the refusal, as JSON.

    client.py ADDRESS SERVICE/METHOD [REQUEST-AS-JSON]
    client.py 127.0.0.1:50051 CustomerService/Retrieve '{"id": 1}'

An ordinary gRPC client: it imports what protoc makes of the .proto files, and
nothing of modelservice but the messages of an error's details. See README.md
for the protoc command.

Exits with 0 after a reply, with 2 when the server refused the call.
"""

import json
import sys

import grpc
from google.protobuf import json_format

import shop_pb2
import shop_pb2_grpc
from modelservice import status_pb2

DEADLINE_SECONDS = 10


def main(arguments: list) -> int:
    if len(arguments) not in (2, 3):
        sys.exit(__doc__)
    address, name, request = (arguments + ["{}"])[:3]
    with grpc.insecure_channel(address) as channel:
        try:
            for reply in call(channel, name, request):
                show(to_dict(reply))
        except grpc.RpcError as refusal:
            show(describe(refusal))
            return 2
    return 0


def call(channel: grpc.Channel, name: str, request: str):
    """Yields the replies: one, or those of a stream."""
    methods = {
        f"{service.name}/{method.name}": method
        for service in shop_pb2.DESCRIPTOR.services_by_name.values()
        for method in service.methods
    }
    if name not in methods:
        sys.exit(f"No method {name}; there are {', '.join(methods)}")
    method = methods[name]
    message = getattr(shop_pb2, method.input_type.name)()
    try:
        json_format.Parse(request, message)
    except json_format.ParseError as error:
        sys.exit(f"The request is no {method.input_type.name}: {error}")

    stub = getattr(shop_pb2_grpc, f"{method.containing_service.name}Stub")
    reply = getattr(stub(channel), method.name)(message,
                                                timeout=DEADLINE_SECONDS)
    if isinstance(reply, grpc.Call):  # of a method that returns a stream
        yield from reply
    else:
        yield reply


def describe(refusal: grpc.RpcError) -> dict:
    """The code, the words and the details of a refused call."""
    described = {"code": refusal.code().name, "message": refusal.details()}
    for key, value in refusal.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            status = status_pb2.StatusDetails.FromString(value)
            described["details"] = [decode(detail) for detail in status.details]
    return described


def decode(detail) -> dict:
    """A google.rpc message by its name; status.proto has the same ones."""
    name = detail.type_url.rpartition(".")[2]
    return {name: to_dict(getattr(status_pb2, name).FromString(detail.value))}


def to_dict(message) -> dict:
    return json_format.MessageToDict(message, preserving_proto_field_name=True)


def show(value: dict) -> None:
    print(json.dumps(value, indent=2, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
