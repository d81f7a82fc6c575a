"""Schemas that other people have: protoc and the plugin take what is written of
them, as it is, and it says what is there."""

import shutil
import subprocess
import unittest

import tool

# By database: what it is about, SQL, and what the file has and has not.
CASES = {
    "postgres": {
        "labels_that_are_words": ("""
            CREATE TYPE seat_state AS ENUM ('free', 'reserved', 'sold');
            CREATE TABLE seat (id bigint PRIMARY KEY, state seat_state NOT NULL);
            CREATE TYPE deal AS ENUM ('option', 'future');
            CREATE TABLE paper (id bigint PRIMARY KEY, kind deal NOT NULL);
            """, ['in: "reserved"', 'in: "option"'], ["enum "]),
        "labels_that_protoc_confuses": ("""
            CREATE TYPE verdict AS ENUM ('ok', 'OK', 'bad');
            CREATE TABLE review (id int PRIMARY KEY, verdict verdict);
            CREATE TYPE status AS ENUM ('open', 'status_open');
            CREATE TABLE ticket (id int PRIMARY KEY, status status);
            """, ['in: "OK"', 'in: "status_open"'], ["enum "]),
        "types_without_labels": ("""
            CREATE TYPE e AS ENUM ();
            CREATE TABLE x (id int PRIMARY KEY, a e);
            CREATE TABLE other (id int PRIMARY KEY, name text);
            """, ["optional string a = 2"], ["enum "]),
        "one_enum_for_a_type": ("""
            CREATE TYPE mood AS ENUM ('sad', 'happy');
            CREATE TABLE cats (id int PRIMARY KEY, mood mood NOT NULL);
            CREATE TABLE dogs (id int PRIMARY KEY, mood mood, was mood);
            """, ["enum Mood {", "optional Cat.Mood mood = 2",
                  "optional Cat.Mood was = 3"], []),
        "keys_of_every_type": ("""
            CREATE TABLE reading (id bigint, at timestamptz NOT NULL,
              value double precision, PRIMARY KEY (id, at))
              PARTITION BY RANGE (at);
            CREATE TABLE reading_2024 PARTITION OF reading
              FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
            CREATE TABLE span (span interval PRIMARY KEY);
            CREATE TABLE tag (path text[] PRIMARY KEY);
            CREATE TABLE doc (body jsonb PRIMARY KEY);
            CREATE TABLE page (id int PRIMARY KEY, doc jsonb REFERENCES doc,
              span interval NOT NULL REFERENCES span);
            """, ["string at = 2", 'type: "timestamp with time zone"',
                  "string span = 1", 'type: "interval"', "string path = 1",
                  'type: "text[]"', "string body = 1", 'type: "jsonb"',
                  'references: { model: "Doc" }',
                  'references: { model: "Span" }'], []),
        "types_of_other_schemas": ("""
            CREATE SCHEMA sales;
            CREATE TYPE sales."Status" AS ENUM ('open', 'closed');
            CREATE TABLE sales.orders (id bigint PRIMARY KEY,
              status sales."Status" NOT NULL DEFAULT 'open');
            CREATE DOMAIN sales.code AS text CHECK (VALUE <> '');
            CREATE TABLE coded (id bigint PRIMARY KEY,
              c sales.code NOT NULL DEFAULT 'x', at timestamp(3));
            """, ['default_value: "open"', 'default_value: "x"',
                  'type: "sales.\\"Status\\""', 'type: "sales.code"',
                  "dialect: POSTGRES",
                  "asks for more: CHECK (\"c\" <> ''::text)"], []),
        "references_to_partitioned_tables": ("""
            CREATE TABLE place (id bigint PRIMARY KEY) PARTITION BY HASH (id);
            CREATE TABLE place_0 PARTITION OF place
              FOR VALUES WITH (MODULUS 2, REMAINDER 0);
            CREATE TABLE place_1 PARTITION OF place
              FOR VALUES WITH (MODULUS 2, REMAINDER 1);
            CREATE TABLE visit (id bigint PRIMARY KEY, place_id bigint
              REFERENCES place ON DELETE CASCADE);
            CREATE TABLE guide (id bigserial PRIMARY KEY);
            CREATE TABLE guide_places (id bigserial PRIMARY KEY,
              guide_id bigint NOT NULL REFERENCES guide,
              place_id bigint NOT NULL REFERENCES place,
              UNIQUE (guide_id, place_id));
            CREATE TABLE zone (a int, b int, PRIMARY KEY (a, b))
              PARTITION BY HASH (a);
            CREATE TABLE zone_0 PARTITION OF zone
              FOR VALUES WITH (MODULUS 2, REMAINDER 0);
            CREATE TABLE zone_1 PARTITION OF zone
              FOR VALUES WITH (MODULUS 2, REMAINDER 1);
            CREATE TABLE plot (id int PRIMARY KEY, a int, b int,
              FOREIGN KEY (a, b) REFERENCES zone);
            """, ['references: { model: "Place" on_delete: CASCADE }',
                  'foreign_key: { field: "a" field: "b" model: "Zone" '
                  'name: "zone" }'],
            ["place_0"]),
        "addresses": ("""
            CREATE TABLE hosts (id int PRIMARY KEY, host inet NOT NULL,
              net cidr, mac macaddr);
            """, ['string host = 2 [(modelservice.field) = { type: "inet"'],
            ["format: IP"]),
        "references_between_types": ("""
            CREATE TYPE size AS ENUM ('small', 'large');
            CREATE TABLE box (size size PRIMARY KEY, price int);
            CREATE TABLE parcel (id bigint PRIMARY KEY,
              size size NOT NULL REFERENCES box);
            CREATE TABLE a (id numeric(10, 0) PRIMARY KEY);
            CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a);
            """, ['references: { model: "Box" }',
                  "References a(id), of a type"],
            ['references: { model: "A"']),
        "rules_of_domains": ("""
            CREATE DOMAIN posint AS int NOT NULL DEFAULT 1 CHECK (VALUE > 0);
            CREATE DOMAIN year AS integer
              CHECK (VALUE >= 1901 AND VALUE <= 2155);
            CREATE TABLE part (id bigint PRIMARY KEY, n posint, y year);
            """, ['default_value: "1"', 'min: "1"', 'min: "1901"',
                  'max: "2155"'], []),
        "checks_of_postgres": ("""
            CREATE TABLE person (id int PRIMARY KEY,
              mail text CHECK (mail ~ '^[^@]+@[^@]+$'),
              name text CHECK (length(name) > 2 AND name !~ '\\d'),
              born date CHECK (born > '1900-01-01'::date),
              place point, price money, code bit(3), spot timestamp(6));
            CREATE INDEX ON person (name) WHERE born IS NOT NULL
              AND mail !~~ '%x'::text;
            """, ["dialect: POSTGRES"], []),
        "times": ("""
            CREATE TABLE article (id int PRIMARY KEY,
              created_at timestamptz NOT NULL DEFAULT now(),
              updated_at timestamptz NOT NULL DEFAULT now(),
              starts_at timestamptz NOT NULL DEFAULT now(),
              created timestamptz DEFAULT now());
            """, ["created_at = 2 [(modelservice.field) = { role: CREATE_TIME",
                  "updated_at = 3 [(modelservice.field) = { role: UPDATE_TIME",
                  "starts_at = 4 [(modelservice.field) = { database_default: true",
                  "created = 5 [(modelservice.field) = { database_default: true"],
            ["Not used"]),
        "defaults_that_only_the_database_knows": ("""
            CREATE TABLE ticket (
              id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
              code text NOT NULL DEFAULT md5(random()::text),
              turn bigint NOT NULL DEFAULT length(md5('a')),
              meta jsonb NOT NULL DEFAULT '{}',
              due date NOT NULL DEFAULT CURRENT_DATE,
              price numeric(8, 2) NOT NULL DEFAULT 9.5);
            CREATE TABLE part (a uuid DEFAULT gen_random_uuid(), b int,
              PRIMARY KEY (a, b));
            """, ["primary_key: true format: UUID database_default: true",
                  "optional string code = 2 [(modelservice.field) = { "
                  "database_default: true }]",
                  "optional int64 turn = 3 [(modelservice.field) = { "
                  "database_default: true }]",
                  "google.protobuf.Value meta = 4 [(modelservice.field) = { "
                  "database_default: true }]",
                  "optional string due = 5", "max_digits: 8 decimal_places: 2",
                  "Not used, for a Create writes every column: DEFAULT "
                  "gen_random_uuid()"], []),
        "tables_of_one_name": ("""
            CREATE SCHEMA sales;
            CREATE SCHEMA stock;
            CREATE TABLE sales.items (id int PRIMARY KEY);
            CREATE TABLE stock.items (id int PRIMARY KEY);
            """, ["message SalesItem {", "message StockItem {"], ["Item2"]),
    },
    "sqlite": {
        "keys_that_are_no_rowid": ("""
            CREATE TABLE note (id INTEGER PRIMARY KEY DESC, body TEXT NOT NULL);
            CREATE TABLE given (id INTEGER PRIMARY KEY);
            """, [], []),
        "types_by_affinity": ("""
            CREATE TABLE song (id INTEGER PRIMARY KEY,
              plays UNSIGNED BIG INT NOT NULL, title NATIVE CHARACTER(70),
              artist STRING, notes LONGTEXT, n INT2, x VARYING CHARACTER(255),
              d DOUBLE, m MEDIUMINT UNSIGNED, tags JSONB, u UUID, price MONEY,
              long LONGVARCHAR(9), cover LONGBLOB, i INT64, f FLOAT(5),
              shape POLYGON);
            """, ["int64 plays = 2", "optional string title = 3",
                  "max_length: 70", "optional string artist = 4",
                  "optional string notes = 5", "optional string x = 7",
                  "optional double d = 8", "max_length: 9",
                  "optional bytes cover = 14", "optional int64 i = 15",
                  "optional double f = 16", "optional bytes shape = 17"], []),
        "packages_that_are_words": ("""
            CREATE TABLE "case" (id INTEGER PRIMARY KEY);
            CREATE TABLE "register" (id INTEGER PRIMARY KEY, "class" text,
              "errno" int, "EOF" int, "NULL" int, "DOMAIN" int);
            """, [], []),
        "tables_named_as_methods": ("""
            CREATE TABLE lists (id INTEGER PRIMARY KEY);
            CREATE TABLE list (id INTEGER PRIMARY KEY);
            CREATE TABLE creates (id INTEGER PRIMARY KEY);
            CREATE TABLE updates (id INTEGER PRIMARY KEY);
            CREATE TABLE retrieves (id INTEGER PRIMARY KEY);
            CREATE TABLE destroy (id INTEGER PRIMARY KEY);
            CREATE TABLE services (id INTEGER PRIMARY KEY);
            CREATE TABLE stubs (id INTEGER PRIMARY KEY);
            CREATE TABLE messages (id INTEGER PRIMARY KEY);
            CREATE TABLE models (id INTEGER PRIMARY KEY);
            CREATE TABLE handlers (id INTEGER PRIMARY KEY);
            CREATE TABLE empties (id INTEGER PRIMARY KEY);
            CREATE TABLE timestamps (id INTEGER PRIMARY KEY);
            CREATE TABLE registry (id INTEGER PRIMARY KEY);
            CREATE TABLE list_requests (id INTEGER PRIMARY KEY);
            """, [], []),
        "references_between_types": ("""
            CREATE TABLE a (id INTEGER PRIMARY KEY);
            CREATE TABLE b (id INTEGER PRIMARY KEY,
                            a_id TEXT REFERENCES a(id));
            """, ["References a(id), of a type"], ["references:"]),
        "json_of_some_rows": ("""
            CREATE TABLE message (id INTEGER PRIMARY KEY, kind TEXT NOT NULL,
              body TEXT NOT NULL, data TEXT, more TEXT CHECK
              (json_valid("more") OR "more" IS NULL),
              CHECK (kind <> 'json' OR json_valid(body)),
              CHECK (json_valid(data)));
            """, ["string body = 3", "google.protobuf.Value data = 4",
                  "google.protobuf.Value more = 5"], []),
    },
}

SINGULARS = ("series,alias,process,address,movies,cookies,news,statuses,"
             "quizzes,boxes,people")


class Taken(unittest.TestCase):
    new_tool = None  # makes a tool over a new database, of some SQL
    protoc: str
    plugin: str
    database: str  # "sqlite" or "postgres"

    def take(self, text: str, used: tool.Tool, *options: str):
        """protoc and the plugin must take the file, without a word."""
        folder = used.folder / "taken"
        folder.mkdir()
        (folder / "taken.proto").write_text(text)
        done = subprocess.run(
            [self.protoc, f"-I{folder}", f"-I{tool.ROOT / 'protos'}",
             f"--plugin=protoc-gen-modelservice={self.plugin}",
             f"--cpp_out={folder}", f"--modelservice_out={folder}", *options,
             "taken.proto"], capture_output=True, text=True, timeout=60)
        shutil.rmtree(folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_cases(self):
        for name, (sql, has, has_not) in CASES[self.database].items():
            for style in ("django", "aip"):
                with self.subTest(name, style=style):
                    used = self.new_tool(sql)
                    text = used.write("--table=*", "--package=taken",
                                      f"--style={style}")
                    self.take(text, used)
                    flat = " ".join(text.split())
                    for words in has:
                        self.assertIn(" ".join(words.split()), flat)
                    for words in has_not:
                        self.assertNotIn(words, flat)
                    # What is written is what --update would write.
                    (used.folder / "again.proto").write_text(text)
                    self.assertEqual(
                        used.write("--table=*", "--file=again.proto",
                                   "--check"), "")
                    (used.folder / "again.proto").unlink()

    def test_keys_of_sqlite(self):
        if self.database != "sqlite":
            self.skipTest("PostgreSQL has no rowid")
        used = self.new_tool(CASES["sqlite"]["keys_that_are_no_rowid"][0])
        self.assertNotIn("auto_increment", used.write("--table=note"))
        self.assertIn("auto_increment", used.write("--table=given"))

    def test_packages_that_are_words(self):
        if self.database != "sqlite":
            self.skipTest("as on SQLite")
        used = self.new_tool(CASES["sqlite"]["packages_that_are_words"][0])
        for table in ("case", "register"):
            used.write(f"--table={table}", f"--file={table}.proto")
            path = used.folder / f"{table}.proto"
            self.assertIn(f"package {table}_db;", path.read_text())
            self.take(path.read_text(), used)
            path.unlink()

    def test_relations_to_many(self):
        used = self.new_tool("""
            CREATE TABLE guide (id integer PRIMARY KEY);
            CREATE TABLE town (id integer PRIMARY KEY);
            CREATE TABLE place (id integer PRIMARY KEY);
            """ + "".join(f"""
            CREATE TABLE guide_{other}s (id integer PRIMARY KEY,
              guide_id integer NOT NULL REFERENCES guide,
              {other}_id integer NOT NULL REFERENCES {other},
              UNIQUE (guide_id, {other}_id));
            """ for other in ("town", "place")))
        text = used.write("--table=guide")
        for other in ("towns", "places"):
            self.assertIn(f"To many: {other}, through table guide_{other}.",
                          text)

    def test_singulars(self):
        used = self.new_tool("".join(
            f"CREATE TABLE {table} (id integer PRIMARY KEY);"
            for table in SINGULARS.split(",")))
        text = used.write("--table=*")
        for message in ("Series", "Alias", "Process", "Address", "Movie",
                        "Cookie", "News", "Status", "Quiz", "Box", "Person"):
            self.assertIn(f"message {message} {{", text)

    def test_patterns_take_what_can_be_had(self):
        used = self.new_tool("""
            CREATE TABLE good (id integer PRIMARY KEY, a text,
              b integer GENERATED ALWAYS AS (1 + 1) STORED);
            CREATE TABLE no_key (a integer, b text);
            CREATE TABLE by_unique (a integer NOT NULL, b text NOT NULL,
              c text UNIQUE, UNIQUE (a, b));
            CREATE VIEW totals AS SELECT a, count(*) AS n FROM no_key
              GROUP BY a;""")
        done = used.run("--table=*", "--package=taken")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.take(done.stdout, used)
        self.assertEqual(
            sorted(line for line in done.stdout.splitlines()
                   if line.startswith("message ") and "Request" not in line),
            ["message ByUnique {", "message Good {"])
        told = [line for line in done.stderr.splitlines()
                if line.startswith("note: left out: ")]
        self.assertEqual(len(told), 3, done.stderr)
        self.assertIn('column "b" of table "good" is computed', told[0])
        self.assertIn('"no_key" has no primary key', told[1])
        self.assertIn('"totals" is a view', told[2])
        self.assertIn('primary_key: "a"', done.stdout)
        self.assertIn("(a, b) is UNIQUE and NOT NULL", done.stdout)

    def test_views_are_read(self):
        used = self.new_tool("""
            CREATE TABLE sales (id integer PRIMARY KEY, customer integer,
              day date);
            CREATE VIEW by_day AS SELECT customer, day FROM sales;""")
        for style, methods in (("django", ["List", "Retrieve"]),
                               ("aip", ["ListByDays", "GetByDay"])):
            text = used.write("--table=by_day", "--key=by_day=customer,day",
                              f"--style={style}", "--package=taken")
            self.take(text, used)
            self.assertEqual(
                [line.split()[1].split("(")[0] for line in text.splitlines()
                 if line.strip().startswith("rpc ")], methods)
        for flag, words in (
                ("--key=by_day", "is no key"),
                ("--key=by_dya=day", 'there is no table "by_dya"'),
                ("--key=by_day=dya", 'has no column "dya"; did you mean "day"'),
                ("--key=sales=day", 'has a primary key (id)')):
            done = used.run("--table=by_day", flag)
            self.assertEqual(done.returncode, 1)
            self.assertIn(words, done.stderr)

    def test_list_of_what_fails(self):
        used = self.new_tool("CREATE TABLE t (id integer PRIMARY KEY);"
                             "INSERT INTO t VALUES (1);"
                             "CREATE VIEW v AS SELECT 1 / (id - 1) AS x FROM t;"
                             if self.database == "postgres" else
                             "CREATE TABLE t (id integer PRIMARY KEY);"
                             "INSERT INTO t VALUES (1);"
                             "CREATE VIEW v AS SELECT * FROM gone;")
        listed = used.write("--list")
        self.assertIn("t: 1 row", listed)
        self.assertIn("v", listed)

    def test_large_tables_are_not_counted_to_the_end(self):
        used = self.new_tool(
            "CREATE TABLE t (id integer PRIMARY KEY);"
            "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
            "SELECT i + 1 FROM n WHERE i < 100002) SELECT i FROM n;")
        self.assertIn("t: more than 100000 rows", used.write("--list"))
