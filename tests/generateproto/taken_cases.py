"""Schemas that other people have, for taken.py."""

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
        "enums_of_one_name": ("""
            CREATE SCHEMA sales;
            CREATE TYPE mood AS ENUM ('sad', 'happy');
            CREATE TYPE sales.mood AS ENUM ('low', 'high');
            CREATE TABLE cats (id int PRIMARY KEY, mood mood);
            CREATE TABLE sales.dogs (id int PRIMARY KEY, mood sales.mood,
              was mood);
            """, ["enum Mood { sad = 0; happy = 1; }",
                  "low = 0; high = 1; }"], []),
        "columns_that_differ_in_case": ("""
            CREATE TABLE twins (id int PRIMARY KEY, a int, "A" int);
            """, ["optional int32 a = 2",
                  'column "A" of table "twins" differs from "a" in nothing'],
            ["A_2"]),
        "several_checks_of_a_column": ("""
            CREATE TABLE rules (id int PRIMARY KEY,
              h varchar(2) CHECK (h IN ('toolong', 'ok')),
              l timestamptz CHECK (l > '2000-01-01'::timestamptz),
              n int CHECK (n >= 0) CHECK (n >= 5) CHECK (n <= 9),
              s text CHECK (s IN ('a', 'b')) CHECK (s IN ('b', 'c')),
              c char(3) CHECK (c IN ('a', 'bcd')), gone int
                GENERATED ALWAYS AS (1) STORED);
            """, ["optional string h = 2 [(modelservice.field) = { "
                  "max_length: 2 }]", 'sql: "n >= 5"',
                  'min: "0" max: "9"', 'in: "a" in: "b"',
                  "(ARRAY['b'::text, 'c'::text])",
                  "(ARRAY['a'::bpchar, 'bcd'::bpchar])"],
            ['in: "c"', 'in: "bcd"', "which is about what is left out"]),
        "labels_that_are_blank": ("""
            CREATE TYPE odd AS ENUM ('', 'a b');
            CREATE TABLE enums (id int PRIMARY KEY, e odd NOT NULL,
              f odd DEFAULT '');
            """, ['string e = 2 [(modelservice.field) = { type: "odd" in: "" '
                  'in: "a b" }]'], ["REQUIRED"]),
        "spans": ("""
            CREATE TABLE spans (id int PRIMARY KEY,
              a interval hour to minute, b interval day to second(2),
              c interval(3) NOT NULL, d interval year to month,
              e interval month, f interval day NOT NULL, g interval year,
              h interval day to hour);
            """, ["google.protobuf.Duration a = 2",
                  'type: "interval hour to minute"',
                  "google.protobuf.Duration b = 3",
                  "google.protobuf.Duration c = 4",
                  "optional string d = 5", "optional string e = 6",
                  'string f = 7 [(modelservice.field) = { type: "interval day" '
                  "behavior: REQUIRED }]", "optional string g = 8",
                  "google.protobuf.Duration h = 9"], []),
        "names_that_differ_in_case": ("""
            CREATE TABLE item (key uuid PRIMARY KEY, name text);
            CREATE TABLE "ITEM" (id int PRIMARY KEY);
            """, ["message Item {", "message ITEM {"], []),
        "tables_of_one_name": ("""
            CREATE SCHEMA sales;
            CREATE SCHEMA stock;
            CREATE TABLE sales.items (id int PRIMARY KEY);
            CREATE TABLE stock.items (id int PRIMARY KEY);
            """, ["message SalesItem {", "message StockItem {"], ["Item2"]),
    },
    "sqlite": {
        "patterns_of_django": ("""
            CREATE TABLE person (id integer PRIMARY KEY, kind ENUM,
              code varchar(9) CHECK ("code" REGEXP '^[A-Z]+$'),
              _internal_id int, _internal_code text);
            """, ['check: { sql: "\\"code\\" REGEXP \'^[A-Z]+$\'" }',
                  'optional string kind = 2 [(modelservice.field) = { '
                  'type: "numeric"', 'optional int64 internal_id = 4 '
                  '[(modelservice.field) = { column: "_internal_id" }]'],
            ["DECIMAL"]),
        "defaults_that_no_field_reads": ("""
            CREATE TABLE odd (id integer PRIMARY KEY,
              at datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
              day date DEFAULT '0000-00-00', size int NOT NULL DEFAULT 'big',
              flag boolean DEFAULT 'perhaps', data json DEFAULT 'none',
              part real DEFAULT 'all', late datetime DEFAULT '2020-01-02 03:04',
              many int DEFAULT 1e3, none int DEFAULT '');
            """, ["// Not used, for the field cannot read it: DEFAULT "
                  "'0000-00-00 00:00:00' google.protobuf.Timestamp at = 2 "
                  "[(modelservice.field) = { behavior: REQUIRED }];",
                  "breaks another rule: DEFAULT '0000-00-00'",
                  "cannot read it: DEFAULT 'big'",
                  "cannot read it: DEFAULT 'perhaps'",
                  "cannot read it: DEFAULT 'none'",
                  "cannot read it: DEFAULT 'all'",
                  "google.protobuf.Timestamp late = 8 "
                  "[(modelservice.field) = { database_default: true }]",
                  'optional int64 many = 9 '
                  '[(modelservice.field) = { default_value: "1000" }]',
                  "optional int64 none = 10 "
                  "[(modelservice.field) = { database_default: true }]"], []),
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
              shape POLYGON, hash BINARY(16));
            """, ["int64 plays = 2", "optional string title = 3",
                  "max_length: 70", "optional string artist = 4",
                  "optional string notes = 5", "optional string x = 7",
                  "optional double d = 8", "max_length: 9",
                  "optional bytes cover = 14", "optional int64 i = 15",
                  "optional double f = 16", "optional bytes shape = 17",
                  "optional bytes hash = 18"], []),
        "defaults_without_end": ("""
            CREATE TABLE limits (id INTEGER PRIMARY KEY,
              most real NOT NULL DEFAULT 9e999, least double DEFAULT -1e400,
              price decimal(8, 2) DEFAULT 9e999);
            """, ["double most = 2 [(modelservice.field) = { "
                  "database_default: true }]",
                  "optional double least = 3 [(modelservice.field) = { "
                  "database_default: true }]", "database_default: true"],
            ["Not used"]),
        "references_that_do_what_they_can": ("""
            CREATE TABLE a (id INTEGER PRIMARY KEY);
            CREATE TABLE b (id INTEGER PRIMARY KEY,
              c int NOT NULL REFERENCES a ON DELETE CASCADE ON UPDATE SET NULL,
              d int REFERENCES a ON DELETE SET DEFAULT,
              e int DEFAULT (1 + 1) REFERENCES a ON DELETE SET DEFAULT
                ON UPDATE CASCADE,
              f int REFERENCES gone);
            """, ['references: { model: "A" on_delete: CASCADE }',
                  'references: { model: "A" on_delete: SET_NULL }',
                  'references: { model: "A" on_update: CASCADE }',
                  "what becomes of e with the row that it refers to",
                  "which does not exist: SQLite refuses each write"], []),
        "packages_that_are_words": ("""
            CREATE TABLE "case" (id INTEGER PRIMARY KEY);
            CREATE TABLE "register" (id INTEGER PRIMARY KEY, "class" text,
              "errno" int, "EOF" int, "NULL" int, "DOMAIN" int);
            """, [], []),
        "names_that_are_empty": ("""
            CREATE TABLE "" (id INTEGER PRIMARY KEY);
            CREATE TABLE named (id INTEGER PRIMARY KEY);
            """, ["message Named {"], []),
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

# What C++, protoc's C++ and its macros have a use for.
WORDS = (
    "errno,stdin,EOF,NULL,signals,assert,major,minor,linux,unix,class,new,"
    "delete,namespace,template,operator,this,int,double,char,union,struct,"
    "enum,default,switch,export,register,final,override,import,module,std,"
    "google,protobuf,descriptor,metadata,message,package,service,rpc,option,"
    "returns,stream,syntax,reserved,extensions,map,group,oneof,optional,"
    "repeated,true,false,clear,swap,size,type,name,value,request,response,"
    "lists,creates,retrieves,updates,destroys,list,create,retrieve,update,"
    "destroy,partial_updates,empty,field_mask,timestamp,any,update_mask,"
    "next_page_token,total_size,model,table,column,"
    "method,database,transaction,query,status,string,bytes,string_view,"
    "modelservice,taken,grpc,absl,boost,stub")
