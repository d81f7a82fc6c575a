#!/usr/bin/env python3
"""Calls the shop and the greeter, and prints what they answer and refuse.

    walk.py SHOP GREETER        walk.py 127.0.0.1:50051 127.0.0.1:50052
"""

import math
import sys

import grpc

import greeter_pb2
import greeter_pb2_grpc
import shop_pb2
import shop_pb2_grpc
from refusal import Refusal

# Every call has a deadline: without one it waits for ever.
SECONDS = 10


def show(refused):
    print(f"{refused.code}: {refused.message}")
    if refused.reason:
        print(f"  reason {refused.reason}")
    for field, fault in refused.faults:
        print(f"  {field}: {fault}")
    if refused.resource:
        print("  of", " ".join(filter(None, refused.resource)))
    for subject, _ in refused.quotas:
        print(f"  {subject}")
    if refused.retry_delay is not None:
        print(f"  again in {math.ceil(refused.retry_delay)} s")


def walk_through_the_shop(channel):
    customers = shop_pb2_grpc.CustomerServiceStub(channel)
    orders = shop_pb2_grpc.OrderServiceStub(channel)
    for email in ("ada@example.com", "grace@example.com", "ada@example.com",
                  "nonsense"):
        try:
            made = customers.Create(shop_pb2.Customer(email=email),
                                    timeout=SECONDS)
            print(f"customer {made.id} is {made.email}")
        except grpc.RpcError as error:
            show(Refusal(error))
    try:
        orders.Create(shop_pb2.Order(total="a lot"), timeout=SECONDS)
    except grpc.RpcError as error:
        show(Refusal(error))
    try:
        customers.Retrieve(shop_pb2.RetrieveCustomerRequest(id=99),
                           timeout=SECONDS)
    except grpc.RpcError as error:
        show(Refusal(error))
    # Page after page.
    token = ""
    while True:
        page = customers.List(
            shop_pb2.ListCustomersRequest(page_size=1, page_token=token),
            timeout=SECONDS)
        for customer in page.customers:
            print(f"listed {customer.email}")
        token = page.next_page_token
        if not token:
            break


def walk_to_the_greeter(channel):
    greeter = greeter_pb2_grpc.GreeterStub(channel)
    try:
        while True:
            request = greeter_pb2.HelloRequest(name="ann")
            replies = greeter.SayHelloInEveryLanguage(request, timeout=SECONDS)
            print(" ".join(reply.message for reply in replies))
    except grpc.RpcError as error:
        show(Refusal(error))


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    shop, greeter = sys.argv[1:]
    with grpc.insecure_channel(shop) as channel:
        walk_through_the_shop(channel)
    with grpc.insecure_channel(greeter) as channel:
        walk_to_the_greeter(channel)


if __name__ == "__main__":
    main()
