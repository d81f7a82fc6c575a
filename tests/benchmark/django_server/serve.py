#!/usr/bin/python3
"""Serves perf.UserService by Django's ORM, until SIGTERM.

    serve.py --address=127.0.0.1:50051 --stubs=DIR --database=sqlite:FILE
    serve.py --address=127.0.0.1:50051 --stubs=DIR --database=postgresql://...

DIR holds perf_pb2.py and perf_pb2_grpc.py.
"""

import argparse
import signal
import sys
from concurrent import futures
from urllib.parse import parse_qs, urlsplit

import django
import grpc
from django.conf import settings


def database_settings(url: str) -> dict:
    # Connections last as long as the threads that use them.
    common = {"CONN_MAX_AGE": None}
    if url.startswith("sqlite:"):
        return dict(common, ENGINE="django.db.backends.sqlite3",
                    NAME=url[len("sqlite:"):], OPTIONS={"timeout": 20})
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return dict(common, ENGINE="django.db.backends.postgresql",
                NAME=parts.path[1:],
                HOST=query.get("host", parts.hostname or ""),
                PORT=str(parts.port or ""),
                USER=query.get("user", parts.username or ""),
                PASSWORD=parts.password or "")


def main() -> None:
    # Blocked before any thread starts, so that all of them inherit it.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGINT])
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--address", default="127.0.0.1:50051")
    parser.add_argument("--database", required=True)
    parser.add_argument("--stubs", required=True)
    # As many as `grpcrunserver` of django-grpc-framework has.
    parser.add_argument("--workers", type=int, default=10)
    arguments = parser.parse_args()
    settings.configure(
        DEBUG=False,
        DATABASES={"default": database_settings(arguments.database)},
        INSTALLED_APPS=["rest_framework"],
        USE_TZ=True)
    django.setup()
    sys.path.insert(0, arguments.stubs)
    import perf_pb2_grpc
    from users import UserService

    server = grpc.server(futures.ThreadPoolExecutor(arguments.workers))
    perf_pb2_grpc.add_UserServiceServicer_to_server(UserService.as_servicer(),
                                                    server)
    if server.add_insecure_port(arguments.address) == 0:
        sys.exit(f"cannot listen on {arguments.address}")
    server.start()
    signal.sigwait([signal.SIGTERM, signal.SIGINT])
    server.stop(2).wait()


if __name__ == "__main__":
    main()
