#!/usr/bin/env python3
"""Two versions of a program serve one database, as in a rolling deploy.

    rolling_test.py BLOG BEFORE TEST_POSTGRES PROTOC PROTOS EXAMPLE

BEFORE is BLOG, the program of the folder EXAMPLE, as it was before its last
migration. It serves when that is applied, beside the new one, and each reads
what the other writes. On SQLite and on PostgreSQL.
"""

import pathlib
import subprocess
import sys
import tempfile

import grpc

SITE = (("x-site", "ada"),)
PATIENCE = 60  # seconds


class Server:
    """A program that serves; it ends with the block."""

    def __init__(self, program, url):
        self.process = subprocess.Popen(
            [program, "serve", f"--database={url}", "--address=127.0.0.1:0"],
            stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("listening on "), line
        self.channel = grpc.insecure_channel(line.split()[-1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.channel.close()
        self.process.terminate()
        assert self.process.wait(PATIENCE) == 0
        self.process.stdout.close()

    def call(self, method, request, reply):
        return self.channel.unary_unary(
            f"/blog.{method}", request_serializer=request.SerializeToString,
            response_deserializer=reply.FromString)(
                request, metadata=SITE, timeout=PATIENCE)

    def titles(self):
        import blog_pb2 as blog
        page = self.call("PostService/List", blog.ListPostsRequest(),
                         blog.ListPostsResponse)
        return sorted(post.title for post in page.posts)


def generate(protoc, protos, example, folder):
    """Python's messages of the new version, which the old one's are part of."""
    subprocess.run([protoc, f"--proto_path={example}",
                    f"--proto_path={protos}", f"--python_out={folder}",
                    "blog.proto", "modelservice/annotations.proto"],
                   check=True)
    sys.path.insert(0, folder)


def check(blog_program, before_program, url, example):
    import blog_pb2 as blog
    from google.protobuf import empty_pb2

    def migrate(*arguments):
        subprocess.run([blog_program, "migrate", f"--database={url}",
                        f"--migrations={example}/migrations", *arguments],
                       check=True, stdout=subprocess.DEVNULL)

    migrate("--to=5")
    with Server(before_program, url) as before:
        def write(server, title, **fields):
            post = blog.Post(author_id=1, title=title, slug=title, **fields)
            return server.call("PostService/Create", post, blog.Post)

        migrate()
        with Server(blog_program, url) as after:
            after.call("UserService/Create", blog.User(name="Ada"), blog.User)
            tag = after.call("TagService/Create", blog.Tag(name="t"), blog.Tag)
            old = write(before, "old", tag_ids=[tag.id])
            new = write(after, "new", tag_ids=[tag.id])
            assert before.titles() == after.titles() == ["new", "old"]
            # What the old one did not write is there as if nobody had.
            read = after.call("PostService/Retrieve",
                              blog.RetrievePostRequest(slug="old"), blog.Post)
            assert (read.views, list(read.tag_ids)) == (0, [tag.id]), read
            read.text = "by the new one"
            read.version = 0
            read = after.call("PostService/Update",
                              blog.UpdatePostRequest(post=read), blog.Post)
            assert read.version == 1, read
            # Of what both know to be unique.
            try:
                write(before, "new")
            except grpc.RpcError as error:
                assert error.code() == grpc.StatusCode.ALREADY_EXISTS, error
            else:
                raise AssertionError("slugs are unique")
            before.call("PostService/Destroy", blog.PostKey(id=old.id),
                        empty_pb2.Empty)
            assert after.titles() == ["new"]
            after.call("PostService/Destroy", blog.PostKey(id=new.id),
                       empty_pb2.Empty)
            assert after.titles() == []


def main():
    blog_program, before, postgres, protoc, protos, example = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        generate(protoc, protos, example, folder)
        url = f"sqlite:{pathlib.Path(folder) / 'blog.db'}"
        check(blog_program, before, url, example)
        # Ends with its input.
        with subprocess.Popen([postgres], stdin=subprocess.PIPE, text=True,
                              stdout=subprocess.PIPE) as server:
            server.stdin.write("\n")
            server.stdin.flush()
            url = server.stdout.readline().strip()
            if url:
                check(blog_program, before, url, example)
            server.stdin.close()
        sys.exit(server.returncode)


if __name__ == "__main__":
    main()
