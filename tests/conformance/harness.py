"""The server under test and the messages that clients exchange with it."""

import select
import signal
import subprocess
import sys
from pathlib import Path

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

START_SECONDS = 20
STOP_SECONDS = 20


class Server:
    """django_user over the database at `url`, until SIGTERM; for `with`, which gives its
    address."""

    def __init__(self, program: Path, url: str, *flags: str):
        self._process = subprocess.Popen(
            [str(program), "serve", f"--database={url}",
             "--address=127.0.0.1:0", *flags],
            stdout=subprocess.PIPE)
        try:
            ready, _, _ = select.select([self._process.stdout], [], [],
                                        START_SECONDS)
            line = self._process.stdout.readline().decode() if ready else ""
            if not line.startswith("listening on "):
                raise RuntimeError(f"the server did not start: {line!r}")
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise
        self._address = line[len("listening on "):].strip()

    def __enter__(self) -> str:
        return self._address

    def __exit__(self, error_type, error, traceback) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._process.stdout.close()
        if code != 0:
            raise RuntimeError(f"the server ended with {code}") from error


def import_stubs(protoc: str, grpc_plugin: str, proto: Path, out: Path):
    """Generates and imports the Python stubs of `proto`: (messages, services).
    """
    subprocess.run(
        [protoc, f"--proto_path={proto.parent}",
         f"--plugin=protoc-gen-grpc_python={grpc_plugin}",
         f"--python_out={out}", f"--grpc_python_out={out}", proto.name],
        check=True)
    sys.path.insert(0, str(out))
    stem = proto.stem
    return __import__(f"{stem}_pb2"), __import__(f"{stem}_pb2_grpc")


class Messages:
    """Message types by full name, from files that must not meet those that
    import_stubs loaded: demo.proto is there twice, with and without
    annotations."""

    def __init__(self, protoc: str, paths: list, protos: list, out: Path):
        descriptors = out / "descriptors.pb"
        subprocess.run(
            [protoc, *(f"--proto_path={path}" for path in paths),
             "--include_imports", f"--descriptor_set_out={descriptors}",
             *protos],
            check=True)
        files = descriptor_pb2.FileDescriptorSet.FromString(
            descriptors.read_bytes())
        self._pool = descriptor_pool.DescriptorPool()
        self._files = files.file
        for file in files.file:
            self._pool.Add(file)

    def names(self, package: str) -> list:
        """Of the messages at the top level of a package."""
        return [message.name for file in self._files
                if file.package == package for message in file.message_type]

    def service(self, name: str):
        """The descriptor of a service."""
        return self._pool.FindServiceByName(name)

    def __getitem__(self, name: str):
        descriptor = self._pool.FindMessageTypeByName(name)
        if hasattr(message_factory, "GetMessageClass"):  # protobuf 4.22
            return message_factory.GetMessageClass(descriptor)
        return message_factory.MessageFactory(self._pool).GetPrototype(
            descriptor)


