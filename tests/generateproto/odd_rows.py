"""Rows of odd_*.sql's tables, and what the database itself has of a row."""

import tool

SCRIPTS = {
    "sqlite": """
INSERT INTO "odd name" ("1st", "a-b", "class", "descriptor", "fooBar", foo_bar,
    "état", message, has_message)
  VALUES (1, 'a', 'b', 2, 3, 4, 'c', 'd', 5), (9007199254740993, NULL, '', NULL,
    -9223372036854775808, 9223372036854775807, NULL, '', 0);
INSERT INTO odd_name VALUES (7);
INSERT INTO lines VALUES (1, 'x', 0.1), (2, 'x', NULL);
INSERT INTO words_of_lines VALUES (1, 1, 'x');
INSERT INTO categories (id, parent, made, amount, state, day, computed, stars,
    price, flag, off, data, raw, big)
  VALUES (1, NULL, '2024-02-29 13:14:15', -5, 'new', '2024-02-29', 'x', 5,
    999.25, 1, 0, '{"a":[1,null]}', x'00ff', 9223372036854775807),
  (2, 1, '2024-02-29 13:14:15.123456', 4, 'paid', NULL, NULL, NULL, 2000, 0, 1,
    NULL, NULL, NULL);
INSERT INTO loose VALUES (1, 'text', 'text', x'00ff', 9e999, 1704067200, 2.5),
  (2, x'00ff', x'74', 'digest', -1.5, '2024-02-29 13:14:15', 'much'),
  (3, NULL, '', NULL, NULL, 'infinity', NULL);
INSERT INTO parts VALUES (1, 1, 2), (2, 2, NULL);
""",
    "postgres": """
INSERT INTO shop.customers VALUES
  (1, 'A@b.c', 'happy', NULL, '1st', '{a,"b c",""}', '{1,2}',
   '{0123456789abcdef0123456789abcdef}', '{10.0.0.1,::1}', '{sad,ok}', 12.50,
   '[1,5)', '30:00:01.5', '2024-02-29 13:14:15.123456', now(),
   '{"a": [1, null]}', '{"b": {}}', '\\x00ff', 'ab', 'old', 3,
   12345678901234567890.123456789, gen_random_uuid(), '13:14:15.5+02', NULL,
   'new', 1.5, 0.1, false, 10),
  (2, 'd@e.f', 'sad', 'ok', NULL, '{}', '{}', '{}', '{}', '{}', 0.00, 'empty',
   '00:00:00', NULL, now(), '[]', 'null', '', NULL, '', NULL, NULL,
   gen_random_uuid(), NULL, 1, 'paid', NULL, NULL, true, NULL);
INSERT INTO computed (a) VALUES (21), (NULL);
INSERT INTO events VALUES (1, '2020-02-29');
INSERT INTO bookings VALUES (1, '[8,9)'), (2, NULL);
INSERT INTO uniques (a, b) VALUES (1, 1), (NULL, NULL);
INSERT INTO "Users" VALUES (1, 'x'), (2, NULL);
INSERT INTO rarities VALUES
  (1, 'a', 'large', '10.0.0.1/8', 'NaN', 'NaN', 'infinity', '24:00:00',
   'infinity', '-infinity', '30:00', '1 mon 2 days 03:04:05.5',
   '[0:1]={5,6}', '{"order": 12345678901234567890}'),
  (2, 'a', 'small', '2001:db8::1', 'Infinity', 1.50, '0044-03-15 BC',
   '10:00:00.5', '0044-03-15 BC', '12024-01-01', '-26:00',
   '-1 days +23:59:59', '{}', '{"price": 0.10000000000000000001}'),
  (3, 'a', 'small', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{}',
   NULL);
INSERT INTO readings VALUES (1, '2024-02-29 13:14:15.123456+00', 0.1),
  (1, '2024-02-29 13:14:15.123456+02', NULL);
INSERT INTO spans VALUES ('1 day', 'a'), ('1 mon', 'b'), ('-00:00:01.5', 'c');
INSERT INTO domains VALUES
  (1, 0.10, '1 mon 2 days 03:04:05.678', '\\x00ff', '{a,"b c",""}',
   '{-9223372036854775808,9223372036854775807}',
   '2024-02-29 23:59:59.999999+14', 'sad',
   '{"b": [1.0, 12345678901234567890]}', '{1.50,100}', 'NaN'),
  (2, NULL, NULL, NULL, NULL, '{}', '0044-03-15 BC', NULL, 'null', NULL, 1),
  (3, 100, '-1 days +02:03:04', '', '{}', '{1}', 'infinity', 'happy', NULL,
   '{}', '-Infinity');
INSERT INTO parts VALUES (1, 1, 2), (2, 2, NULL);
""",
}


def write(url: str, database: str) -> None:
    tool.execute(url, (tool.HERE / f"odd_{database}.sql").read_text())
    tool.execute(url, SCRIPTS[database])


def stored(url: str, table: str) -> list:
    """Each row in the database's own words; PostgreSQL's JSON, which may be
    spaced in any way, in one."""
    if url.startswith("sqlite:"):
        names = [row[1] for row in
                 tool.query(url, f'PRAGMA table_xinfo("{table}")')]
        values = " || ',' || ".join(
            f'typeof("{name}") || quote("{name}")' for name in names)
        return tool.query(url, f'SELECT {values} FROM "{table}" ORDER BY 1')
    name = ".".join(f'"{part}"' for part in table.split("."))
    data = "data::jsonb::text, " if table == "shop.customers" else ""
    without = " - 'data'" if data else ""
    return tool.query(url, f"SELECT {data}(to_jsonb(t){without})::text "
                      f"FROM {name} t ORDER BY 1")
