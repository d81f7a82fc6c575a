#!/usr/bin/env python3
"""Runs both servers, and takes the shop away from the other one.

    two_services_test.py QUICKSTART TWO_SERVICES PROTOC PROTOS
"""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import grpc

HERE = pathlib.Path(__file__).resolve().parent


class Server:
    """A program that serves; it ends with the block."""

    def __init__(self, command, environment=None):
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, env={**os.environ, **(environment or {})})
        self.address = self.process.stdout.readline().split()[-1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGCONT)
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def generate(protoc, protos, folder):
    """Python's messages of both services, to be imported."""
    subprocess.run(
        [protoc, f"--proto_path={HERE}",
         f"--proto_path={HERE.parent / 'quickstart'}",
         f"--proto_path={protos}", f"--python_out={folder}", "shop.proto",
         "checkout.proto", "modelservice/annotations.proto"], check=True)
    sys.path.insert(0, folder)


def caller(channel, path, request, reply, shape="unary_unary"):
    return getattr(channel, shape)(
        path, request_serializer=request.SerializeToString,
        response_deserializer=reply.FromString)


def refusal(call, *arguments, **named):
    """The code and the words of a call that fails, and its seconds."""
    start = time.monotonic()
    try:
        call(*arguments, **named)
    except grpc.RpcError as error:
        return error.code(), error.details(), time.monotonic() - start
    raise AssertionError("the call was not refused")


def main():
    quickstart, two_services, protoc, protos = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        generate(protoc, protos, folder)
        database = f"--database=sqlite:{folder}/shop.db"
        subprocess.run([quickstart, "migrate", database], check=True,
                       stdout=subprocess.DEVNULL)
        serve = [quickstart, "serve", database]
        with Server(serve + ["--address=127.0.0.1:0"]) as shop:
            address = shop.address
            with Server([two_services, "serve", "--address=127.0.0.1:0"],
                        {"GRPC_SERVER_ADDR": address}) as checkout:
                with grpc.insecure_channel(checkout.address) as channel, \
                        grpc.insecure_channel(address) as at_shop:
                    check(channel, at_shop, shop)
                    shop.process.kill()
                    shop.process.wait()
                    check_without(channel)
                    with Server(serve + [f"--address={address}"]):
                        check_again(channel)


def check(channel, at_shop, shop):
    import checkout_pb2 as checkout
    import shop_pb2
    create = caller(at_shop, "/shop.CustomerService/Create", shop_pb2.Customer,
                    shop_pb2.Customer)
    for i in range(120):
        create(shop_pb2.Customer(email=f"c{i}@example.com", name=f"C{i}"),
               timeout=30)
    buy = buyer(channel)
    reply = buy(checkout.BuyRequest(customer_id=1, article="tea", price="3.50"),
                timeout=30)
    assert (reply.order_id, reply.email) == (1, "c0@example.com"), reply

    # What the shop says, in this service's words, and as it is.
    code, words, _ = refusal(buy, checkout.BuyRequest(customer_id=999),
                             timeout=30)
    assert code == grpc.StatusCode.FAILED_PRECONDITION, (code, words)
    assert words.startswith("Nobody has the number 999"), words
    code, words, _ = refusal(
        buy, checkout.BuyRequest(customer_id=1, article="x", price="much"),
        timeout=30)
    assert code == grpc.StatusCode.INVALID_ARGUMENT, (code, words)
    assert words.startswith("total: "), words

    letters = caller(channel, "/checkout.CheckoutService/Letters",
                     checkout.LettersRequest, checkout.Letter, "unary_stream")
    lines = [letter.line
             for letter in letters(checkout.LettersRequest(), timeout=30)]
    assert len(lines) == 120, len(lines)
    assert "C7 <c7@example.com>" in lines, lines
    some = letters(checkout.LettersRequest(), timeout=30)
    next(some)
    some.cancel()

    # A shop that does not answer costs the caller's time, and no more.
    shop.process.send_signal(signal.SIGSTOP)
    request = checkout.BuyRequest(customer_id=1, article="tea", price="3.50")
    code, words, seconds = refusal(buy, request, timeout=1)
    assert code == grpc.StatusCode.DEADLINE_EXCEEDED, (code, words)
    assert seconds < 5, seconds
    shop.process.send_signal(signal.SIGCONT)
    assert buy(request, timeout=30).order_id > 1


def check_without(channel):
    import checkout_pb2 as checkout
    code, words, seconds = refusal(buyer(channel),
                                   checkout.BuyRequest(customer_id=1),
                                   timeout=30)
    assert code == grpc.StatusCode.UNAVAILABLE, (code, words)
    assert seconds < 10, seconds


def check_again(channel):
    import checkout_pb2 as checkout
    reply = buyer(channel)(
        checkout.BuyRequest(customer_id=2, article="tea", price="3.50"),
        timeout=30, wait_for_ready=True)
    assert reply.email == "c1@example.com", reply


def buyer(channel):
    import checkout_pb2 as checkout
    return caller(channel, "/checkout.CheckoutService/Buy", checkout.BuyRequest,
                  checkout.BuyReply)


if __name__ == "__main__":
    main()
