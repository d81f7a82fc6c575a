#!/usr/bin/env python3
"""Runs the example and calls it, in each streaming shape and past its limit.

    greeter_test.py GREETER
"""

import signal
import subprocess
import sys
import tempfile

import grpc


def text(value):
    """A message with one string in field 1, in wire format."""
    data = value.encode()
    return b"\n" + bytes([len(data)]) + data


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [sys.argv[1], "serve", "--address=127.0.0.1:0"],
            cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True)
        try:
            address = server.stdout.readline().split()[-1]
            with grpc.insecure_channel(address) as channel:
                call(channel)
        finally:
            server.send_signal(signal.SIGTERM)
            log = server.communicate(timeout=30)[1]
    assert server.returncode == 0, log
    assert log.count("audit: /greeter.Greeter/SayHello") == 11, log


def call(channel):
    path = "/greeter.Greeter/"
    ann, bob = text("ann"), text("bob")
    hello = channel.unary_unary(path + "SayHello")
    for _ in range(10):
        assert hello(ann, timeout=30) == text("Hello, ann!")
    try:
        hello(ann, timeout=30)
        raise AssertionError("the eleventh call was not refused")
    except grpc.RpcError as refusal:
        assert refusal.code() == grpc.StatusCode.RESOURCE_EXHAUSTED, refusal
        assert refusal.details().startswith(
            "Reached limit of 10 calls per 60 seconds. "), refusal
    languages = channel.unary_stream(path + "SayHelloInEveryLanguage")
    assert list(languages(ann, timeout=30))[1] == text("Bonjour, ann!")
    everybody = channel.stream_unary(path + "SayHelloToAll")
    assert everybody(iter([ann, bob]), timeout=30) == text("Hello, ann, bob!")
    converse = channel.stream_stream(path + "Converse")
    answers = list(converse(iter([ann, bob]), timeout=30))
    assert answers == [text("Hello again, ann!"), text("Hello again, bob!")]


if __name__ == "__main__":
    main()
