-- Tables that Django would not make.
CREATE TABLE no_key (a int, b text);
CREATE VIEW a_view AS SELECT * FROM no_key;
CREATE VIEW broken_view AS SELECT * FROM gone;
CREATE VIRTUAL TABLE words USING fts5(text);

CREATE TABLE "odd name" (
  "1st" integer PRIMARY KEY,
  "a-b" text,
  "class" text NOT NULL DEFAULT 'it''s $x$ */',
  "descriptor" int,
  "fooBar" int,
  "foo_bar" int,
  "état" text,
  message text,
  has_message int
);
-- What these would be called is taken.
CREATE TABLE odd_name (id integer PRIMARY KEY);
CREATE TABLE odd_name_list_request (id integer PRIMARY KEY);

CREATE TABLE computed (
  id integer PRIMARY KEY,
  a int,
  b int GENERATED ALWAYS AS (a * 2)
);
-- Defaults that the rules beside them refuse.
CREATE TABLE moods (
  id integer PRIMARY KEY,
  mood text NOT NULL DEFAULT '' CHECK (mood IN ('good', 'bad')),
  since time DEFAULT '10:00',
  age int DEFAULT -1 CHECK (age BETWEEN 0 AND 9),
  word varchar(3) NOT NULL DEFAULT 'long',
  fine varchar(3) DEFAULT 'abc'
);
CREATE TABLE untyped (id integer PRIMARY KEY, x);
CREATE TABLE anything (id integer PRIMARY KEY, x ANY) STRICT;

CREATE TABLE lines (
  position int NOT NULL,
  document text NOT NULL,
  weight real DEFAULT 1.5,
  PRIMARY KEY (document, position)
) WITHOUT ROWID;
CREATE TABLE words_of_lines (
  id integer PRIMARY KEY,
  position int,
  document text,
  FOREIGN KEY (document, position) REFERENCES lines (document, position)
);

CREATE TABLE categories (
  id integer PRIMARY KEY,
  parent int REFERENCES categories ON DELETE SET NULL ON UPDATE CASCADE,
  made timestamp NOT NULL DEFAULT current_timestamp, -- not a CHECK (x)
  amount int NOT NULL DEFAULT -5,
  state text NOT NULL CHECK (state IN ('new', 'paid')),
  day date DEFAULT '2020-01-01',
  computed text DEFAULT (lower('X')),
  stars int CHECK (stars BETWEEN 1 AND 5),
  price decimal(10, 2) NOT NULL DEFAULT 0.5,
  flag boolean NOT NULL DEFAULT 1,
  off boolean NOT NULL DEFAULT 0,
  data json,
  raw blob,
  big bigint,
  CONSTRAINT "cheap enough" CHECK (price < 1000 OR amount > 3)
);
CREATE INDEX by_expression ON categories (lower(state));
CREATE UNIQUE INDEX part ON categories (amount) WHERE stars > 2;
CREATE INDEX collated ON categories (amount DESC, state COLLATE nocase);
CREATE INDEX several ON categories (amount DESC, day);

-- Columns that hold what their types do not say.
CREATE TABLE loose (
  id integer PRIMARY KEY,
  raw blob,
  word varbinary(9),
  hash binary(16),
  most real DEFAULT 9e999,
  at datetime,
  price decimal(6, 2)
);
CREATE TABLE parts (
  id integer PRIMARY KEY,
  loose_id int NOT NULL REFERENCES loose ON DELETE SET NULL ON UPDATE CASCADE,
  other_id int REFERENCES loose ON DELETE SET DEFAULT
);
