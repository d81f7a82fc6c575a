"""Random models at the borders of what the plugin takes, with a row for each.

Most of a file is harmless; now and then something is said that a database or a
rule may not bear. Whether it does, the plugin decides.
"""

import random

NAMES = ["a", "id_seq", "pkey", "a_key", "user", "select", "order", "A",
         "rowid", "oid", "_rowid_", "xmin", "ctid", "value", "a_b", "b",
         "group", "table", "key", "index", "x" * 30, "x" * 31, "y" * 62,
         "y" * 63, "y" * 64]
TABLES = ["t", "t_pkey", "t_a_seq", "t_a_key", "T", "user", "order", "pg_t",
          "sqlite_t", "t_a", "z" * 40, "z" * 58, "z" * 62, "z" * 63, "z" * 64,
          "z" * 58 + "_pkey"]
UUID = "00000000-0000-4000-8000-000000000000"
# Type, format, a value as options write it, and others.
KINDS = [
    ("int32", None, "7", ["0", "-7", "12"]),
    ("int64", None, "7", ["07", "9223372036854775807"]),
    ("uint32", None, "7", ["4294967295", "0"]),
    ("float", None, "0.1", ["1e39", "0.25", "1e-50"]),
    ("double", None, "1.5", ["1e300", "-2", "1e-400"]),
    ("bool", None, "true", ["false"]),
    ("string", None, "text", ["", "é'", "much longer than the others"]),
    ("string", "UUID", UUID, ["", "x"]),
    ("string", "DECIMAL", "1.50", ["-.5", "1e5", "99"]),
    ("string", "DATE", "2024-02-29", ["2024-02-30"]),
    ("string", "IPV4", "10.0.0.1", ["::1"]),
    ("string", "EMAIL", "a@b.cc", ["a@b"]),
    ("bytes", None, "text", ["", "é"]),
    ("Color", None, "RED", ["CRIMSON", "BLUE", "NONE"]),
]
# Types that hold the values of a field.
SQL_TYPES = {
    "int32": ["integer", "bigint", "numeric(9,2)", "double precision"],
    "int64": ["int8", "integer", "numeric(9,2)"],
    "double": ["float8", "numeric(9,2)", "real"],
    "string": ["text", "varchar(99)", "character varying", "TEXT"],
}


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class Field:

    def __init__(self, dice, number, taken):
        self.dice = dice
        self.name = f"f{number}"
        self.number = number
        self.column = dice.choice(NAMES) if dice.random() < 0.25 else self.name
        if self.column in taken and dice.random() < 0.9:
            self.column = self.name
        self.type, self.format, self.value, self.others = dice.choice(KINDS)
        self.settings = []
        self.optional = dice.random() < 0.5
        self.unique = self.omitted = self.named = False
        self.sql_type = None

    def say(self, chance, text):
        if self.dice.random() >= chance:
            return False
        self.settings.append(text)
        return True

    def some_value(self):
        return (self.value if self.dice.random() < 0.9
                else self.dice.choice(self.others))

    def describe(self):
        if self.column != self.name:
            self.settings.append(f"column: {quoted(self.column)}")
        if self.format:
            self.settings.append(f"format: {self.format}")
        self.unique = self.say(0.2, "unique: true")
        self.say(0.1, "index: true")
        numeric = self.type in ("int32", "int64", "uint32", "float", "double")
        if numeric or self.format == "DECIMAL":
            self.say(0.15, f"min: {quoted(self.some_value())}")
            self.say(0.15, f"max: {quoted(self.some_value())}")
        if self.type in ("string", "bytes"):
            length = self.dice.choice([1, 4, 10, 36, 10485760, 10485761])
            if self.say(0.2, f"max_length: {length}") and not self.format:
                self.value = self.value[:length]
            self.say(0.1, f"min_length: {self.dice.choice([1, 4, 36])}")
        if self.type == "string":
            self.say(0.1, 'pattern: "[-a-z0-9.@]*"')
        if self.type == "Color":
            self.named = self.say(0.4, "storage: NAME")
        if self.type not in ("bool", "bytes"):
            listed = [self.value, self.some_value()]
            self.say(0.1, f"in: [{', '.join(map(quoted, listed))}]")
        if self.optional:
            self.omitted = self.say(
                0.3, f"default_value: {quoted(self.some_value())}")
        if self.type in SQL_TYPES and self.dice.random() < 0.1:
            self.sql_type = self.dice.choice(SQL_TYPES[self.type])
            self.settings.append(f'type: "{self.sql_type}"')

    def literal(self):
        """The value in SQL."""
        if self.type == "Color":
            return "'RED'" if self.named else "1"
        if self.type == "bytes":
            return "''"
        if self.type in ("string", "bool"):
            return f"'{self.value}'" if self.type == "string" else self.value
        return self.value

    def text(self):
        label = "optional " if self.optional else ""
        settings = ""
        if self.settings:
            settings = (" [(modelservice.field) = { " +
                        " ".join(self.settings) + " }]")
        return f"  {label}{self.type} {self.name} = {self.number}{settings};"


class Model:

    def __init__(self, dice, number, before):
        self.name = f"M{number}"
        self.table = (dice.choice(TABLES) if dice.random() < 0.5
                      else f"m{number}")
        if self.table in [m.table for m in before] and dice.random() < 0.8:
            self.table = f"m{number}"
        self.settings = [f"table: {quoted(self.table)}"]
        key = Field(dice, 1, [])
        while key.type not in ("int64", "int32", "string"):
            key = Field(dice, 1, [])
        key.optional = False
        key.settings = ["primary_key: true", f"column: {quoted(key.column)}"]
        if key.format:
            key.settings.append(f"format: {key.format}")
        key.say(0.2, "unique: true")
        key.unique = True
        if key.type != "string":
            key.say(0.4, "auto_increment: true")
        self.fields = [key]
        for i in range(2, dice.randint(3, 8)):
            field = Field(dice, i, [f.column for f in self.fields])
            field.describe()
            self.fields.append(field)
        indexed = set()
        for _ in range(dice.choice([0, 0, 1, 2])):
            self.add_index(dice, indexed)
        if dice.random() < 0.3:
            self.settings.append('check { sql: "1 = 1" }')
        if dice.random() < 0.5:
            self.add_reference(dice, before + [self], indexed)

    def add_index(self, dice, indexed):
        fields = dice.sample(self.fields, dice.choice([1, 1, 2]))
        unique = dice.random() < 0.6
        where = dice.random() < 0.2
        if unique and not where and len(fields) == 1:
            indexed.add(fields[0])
        self.settings.append("index { " + " ".join(
            f'field: "{dice.choice(["", "", "-"])}{f.name}"' for f in fields) +
            (" unique: true" if unique else "") +
            (' where: "1 = 1"' if where else "") +
            (f" name: {quoted(dice.choice(NAMES + TABLES))}"
             if dice.random() < 0.2 else "") + " }")

    def add_reference(self, dice, models, indexed):
        target = dice.choice(models)
        unique = [f for f in target.fields if f.unique or f in indexed]
        to = dice.choice(unique)
        field = Field(dice, len(self.fields) + 1, [])
        field.column = field.name
        field.type, field.value = to.type, to.value
        field.format = to.format if dice.random() < 0.5 else None
        if field.format:
            field.settings.append(f"format: {field.format}")
        field.named = to.named and dice.random() < 0.9
        if field.named:
            field.settings.append("storage: NAME")
        if to.sql_type and dice.random() < 0.8:
            field.settings.append(f'type: "{to.sql_type}"')
        field.settings.append("references { model: \"%s\" field: \"%s\" }" %
                              (target.name, to.name))
        field.optional = field.omitted = True
        self.fields.append(field)

    def text(self):
        return "\n".join([f"message {self.name} {{",
                          "  option (modelservice.model) = { " +
                          "\n    ".join(self.settings) + " };",
                          *[field.text() for field in self.fields], "}", ""])

    def row(self):
        given = [f for f in self.fields if not f.omitted and
                 "auto_increment: true" not in f.settings]
        def name(text):
            return '"' + text + '"'
        if not given:
            return f"INSERT INTO {name(self.table)} DEFAULT VALUES"
        return (f"INSERT INTO {name(self.table)} "
                f"({', '.join(name(f.column) for f in given)}) VALUES "
                f"({', '.join(f.literal() for f in given)})")


def make(seed):
    """A .proto file, and the rows that its tables take."""
    dice = random.Random(seed)
    models = []
    for i in range(dice.randint(1, 3)):
        models.append(Model(dice, i, models))
    text = "\n".join([
        'syntax = "proto3";', 'import "modelservice/annotations.proto";',
        "enum Color { option allow_alias = true; NONE = 0; RED = 1; "
        "CRIMSON = 1; BLUE = 2; }", "", *[model.text() for model in models]])
    return text, [model.row() for model in models]
