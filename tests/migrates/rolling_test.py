#!/usr/bin/env python3
"""Five versions of a program, one after the other, over one database.

    rolling_test.py --postgres PROGRAM --protoc PROGRAM --protos FOLDER
        --example FOLDER --tool PROGRAM VERSION...

Each VERSION is the program of the folder of the example as it was then; the
last one has its migrations. Servers of a version are called all the time, also
while the database becomes the next one's and beside the servers of that, as in
a rolling deploy. What `modelservice diff` says of two versions is what comes of
them. On SQLite and on PostgreSQL.
"""

import argparse
import contextlib
import itertools
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

import grpc

SITE = (("x-site", "ada"),)
PATIENCE = 60  # seconds
HERE = pathlib.Path(__file__).resolve().parent
# Behind which migration each version serves. The fifth fills in what the third
# version's servers do not write, and so comes when they are gone.
TARGETS = (1, 2, 3, 4, 6)
# To where the way back is gone, too, while the older version serves.
BACK = {2: 1, 4: 3, 6: 5}
NUMBERS = itertools.count(1)  # of posts


class Server:
    """A program that serves; it ends with the block."""

    def __init__(self, program, url, log):
        self.process = subprocess.Popen(
            [program, "serve", f"--database={url}", "--address=127.0.0.1:0",
             "--log_level=ERROR", "--on_drift=REFUSE"],
            stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("listening on "), line
        self.channel = grpc.insecure_channel(line.split()[-1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        if self.process.stdout.closed:
            return
        self.channel.close()
        self.process.terminate()
        assert self.process.wait(PATIENCE) == 0
        self.process.stdout.close()

    def call(self, method, request, reply):
        return self.channel.unary_unary(
            f"/blog.{method}",
            request_serializer=type(request).SerializeToString,
            response_deserializer=reply.FromString)(
                request, metadata=SITE, timeout=PATIENCE)

    def write(self, title, **fields):
        import blog_pb2 as blog
        post = blog.Post(author_id=1, title=title, slug=title, **fields)
        return self.call("PostService/Create", post, blog.Post)

    def posts(self):
        """All of them by their titles, however many pages they are."""
        import blog_pb2 as blog
        request = blog.ListPostsRequest(page_size=100)
        posts = {}
        while True:
            page = self.call("PostService/List", request,
                             blog.ListPostsResponse)
            for post in page.posts:
                assert post.title not in posts, post
                posts[post.title] = post
            request.page_token = page.next_page_token
            if not request.page_token:
                return posts

    def texts(self):
        return {title: post.text for title, post in self.posts().items()}


class Calls:
    """Calls of a server, as many as there is time for, to the block's end."""

    def __init__(self, server):
        self.server = server
        self.written = {}  # what was acknowledged: the text of each title
        self.errors = []
        self.rounds = 0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        self.go_on()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()

    def go_on(self):
        """Returns when it was called some times more."""
        enough = self.rounds + 10
        until = time.monotonic() + PATIENCE
        while self.rounds < enough:
            assert self.thread.is_alive() and time.monotonic() < until
            time.sleep(0.01)

    def run(self):
        import blog_pb2 as blog
        from google.protobuf import empty_pb2
        while not self.ended.is_set():
            try:
                title = f"post-{next(NUMBERS)}"
                post = self.server.write(title, text=f"of {title}")
                comment = blog.Comment(post_id=post.id, author_id=1, text="so")
                self.server.call("CommentService/Create", comment, blog.Comment)
                self.written[title] = f"of {title}"
                gone = self.server.write(f"gone-{title}")
                self.server.call("PostService/Destroy",
                                 blog.PostKey(id=gone.id), empty_pb2.Empty)
                self.server.call("PostService/List", blog.ListPostsRequest(),
                                 blog.ListPostsResponse)
            except grpc.RpcError as error:
                self.errors.append(error)
            self.rounds += 1


class History:
    def __init__(self, options, url, folder, log):
        self.versions = options.versions
        self.example = options.example
        self.url = url
        self.folder = folder  # without migrations
        self.log = log
        self.written = {}

    def migrate(self, target):
        subprocess.run(
            [self.versions[-1], "migrate", f"--to={target}",
             f"--database={self.url}",
             f"--migrations={self.example}/migrations"],
            check=True, stdout=subprocess.DEVNULL)

    def check(self, version):
        """The tables are those of the version's own models."""
        command = [version, "check", f"--database={self.url}"]
        if version == self.versions[-1]:  # the older ones have none
            command.append(f"--migrations={self.example}/migrations")
        done = subprocess.run(command, cwd=self.folder, capture_output=True,
                              text=True)
        assert done.returncode == 0, done
        assert done.stdout == ("the database keeps what the models promise\n"
                               ), done.stdout

    def serve(self, program):
        return Server(program, self.url, self.log)

    def expect_all(self, server):
        missing = self.written.items() - server.texts().items()
        assert not missing, missing

    def keep(self, calls):
        assert calls.written
        self.written.update(calls.written)

    def walk(self, breaks):
        """From version to version, each beside the next one."""
        import blog_pb2 as blog
        self.migrate(TARGETS[0])
        self.check(self.versions[0])
        with contextlib.ExitStack() as servers:
            old = servers.enter_context(self.serve(self.versions[0]))
            old.call("UserService/Create", blog.User(name="Ada"), blog.User)
            for older, program, target in zip(
                    self.versions, self.versions[1:], TARGETS[1:]):
                with Calls(old) as calls:
                    self.migrate(target)
                    if target in BACK:
                        calls.go_on()
                        self.migrate(BACK[target])
                        calls.go_on()
                        self.migrate(target)
                    self.check(program)
                    new = servers.enter_context(self.serve(program))
                    self.step(calls, new, breaks[program])
                    self.start_again(older, breaks[program])
                old.end()
                self.keep(calls)
                self.expect_all(new)
                old = new
            newest_only(old, blog, next(iter(self.written)))

    def start_again(self, program, breaks):
        """An old one starts on the new tables, unless it cannot serve them."""
        if not breaks:
            with self.serve(program) as server:
                self.expect_all(server)
            return
        done = subprocess.run(
            [program, "serve", f"--database={self.url}",
             "--address=127.0.0.1:0"], capture_output=True, text=True)
        assert done.returncode == 1, done
        assert 'has no column "body"' in done.stderr, done.stderr

    def step(self, old, new, breaks):
        """Both serve, on the tables of the new one."""
        old.go_on()
        before = len(old.written)
        with Calls(new) as calls:
            old.go_on()
            calls.go_on()
        assert not calls.errors, calls.errors[0]
        if breaks:  # The old one says so.
            codes = {error.code() for error in old.errors}
            assert old.errors and codes <= {
                grpc.StatusCode.INTERNAL, grpc.StatusCode.UNAVAILABLE}, codes
        else:
            assert not old.errors, old.errors[0]
            assert len(old.written) > before
            # Each reads what the other one wrote.
            missing = calls.written.items() - old.server.texts().items()
            assert not missing, missing
        self.keep(calls)


def newest_only(server, blog, title):
    """What the last version alone knows, also of the post of the first."""
    tag = server.call("TagService/Create", blog.Tag(name="t"), blog.Tag)
    server.write("newest", tag_ids=[tag.id])
    read = server.call("PostService/Retrieve",
                       blog.RetrievePostRequest(slug="newest"), blog.Post)
    assert (read.views, list(read.tag_ids)) == (0, [tag.id]), read
    # Slugs were filled in of posts that were there.
    posts = server.posts()
    assert all(post.slug.startswith(post.title) for post in posts.values())
    try:
        server.write("newest")
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.ALREADY_EXISTS, error
    else:
        raise AssertionError("slugs are unique")
    first = posts[title]
    assert first.version == 0, first
    first.text = "by the newest"
    first = server.call("PostService/Update",
                        blog.UpdatePostRequest(post=first), blog.Post)
    assert first.version == 1, first


def breaking(options):
    """Whether the tool says that a rolling deploy to each version breaks."""
    protos = [HERE / "history" / str(number) / "blog.proto"
              for number in range(1, 5)] + [options.example / "blog.proto"]
    breaks = {}
    for number, (old, new) in enumerate(itertools.pairwise(protos)):
        said = subprocess.run([options.tool, "diff", old, new],
                              capture_output=True, text=True).stdout
        program = options.versions[number + 1]
        breaks[program] = "\nrolling deploy: breaking\n" in said
        assert breaks[program] or "\nrolling deploy: compatible" in said, said
    # The third version gave a column another name.
    assert list(breaks.values()) == [False, True, False, False], breaks
    return breaks


def walk_on_both(options, breaks, folder, log):
    # Messages of the newest version, which all others' are part of.
    subprocess.run([options.protoc, f"--proto_path={options.example}",
                    f"--proto_path={options.protos}",
                    f"--python_out={folder}", "blog.proto",
                    "modelservice/annotations.proto"], check=True)
    sys.path.insert(0, folder)
    url = f"sqlite:{pathlib.Path(folder) / 'blog.db'}"
    History(options, url, folder, log).walk(breaks)
    # Ends with its input.
    with subprocess.Popen([options.postgres], stdin=subprocess.PIPE,
                          text=True, stdout=subprocess.PIPE) as server:
        server.stdin.write("\n")
        server.stdin.flush()
        url = server.stdout.readline().strip()
        if url:
            History(options, url, folder, log).walk(breaks)
        server.stdin.close()
    if server.returncode != 0:
        sys.exit(server.returncode)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--postgres", "--protoc", "--protos", "--tool"):
        parser.add_argument(name, required=True)
    parser.add_argument("--example", type=pathlib.Path, required=True)
    parser.add_argument("versions", nargs=5, metavar="VERSION")
    options = parser.parse_args()
    breaks = breaking(options)
    with tempfile.TemporaryDirectory() as folder, \
         tempfile.TemporaryFile("w+") as log:
        try:
            walk_on_both(options, breaks, folder, log)
        except BaseException:
            log.seek(0)
            sys.stderr.writelines(log.readlines()[-50:])
            raise


if __name__ == "__main__":
    main()
