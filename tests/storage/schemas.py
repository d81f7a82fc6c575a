#!/usr/bin/env python3
"""Writes random schemas: models with fields of every kind, and services of them.

    schemas.py --syntax=proto3 --seed=1 > protos/random_proto3.proto

The files are kept, so that a failure of the test stays the same; write them
with another seed to look further.
"""

import argparse
import random

SCALARS = ["double", "float", "int32", "int64", "uint32", "uint64", "sint32",
           "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64", "bool",
           "string", "bytes"]
KEYS = [s for s in SCALARS if s not in ("double", "float", "bytes")]
WELL_KNOWN = ["Any", "Duration", "Empty", "FieldMask", "ListValue", "NullValue",
              "Struct", "Timestamp", "Value", "BoolValue", "BytesValue",
              "DoubleValue", "FloatValue", "Int32Value", "Int64Value",
              "StringValue", "UInt32Value", "UInt64Value"]
ENUMS = ["Color", "google.protobuf.NullValue"]
IMPORTS = ["any", "duration", "empty", "field_mask", "struct", "timestamp",
           "wrappers"]
# What JSON has for a name, by an option.
ODD_NAMES = ["", "a:b", 'x\\"y', "kebab-name", "#3", "v", "null", "a.b",
             "back\\\\slash"]
NESTED = 6
MODELS = 5
COLUMNS = 12


class Schema:
    def __init__(self, syntax, seed):
        self.syntax = syntax
        self.proto2 = syntax == "proto2"
        self.random = random.Random(f"{syntax} {seed}")
        self.lines = []

    def say(self, text=""):
        self.lines.append(text)

    def message_type(self):
        if self.random.random() < 0.5:
            return f"Inner{self.random.randrange(NESTED)}"
        return "google.protobuf." + self.random.choice(
            [name for name in WELL_KNOWN if name != "NullValue"])

    def any_type(self):
        kind = self.random.random()
        if kind < 0.4:
            return self.random.choice(SCALARS)
        if kind < 0.5:
            return self.random.choice(ENUMS)
        return self.message_type()

    def field(self, number, name, model, odd_names):
        """One field's line, with the options of a model's column."""
        options = []
        shape = self.random.random()
        composite = True
        if shape < 0.2:
            value = self.any_type()
            text = f"map<{self.random.choice(KEYS)}, {value}>"
        elif shape < 0.5:
            text = f"repeated {self.any_type()}"
        else:
            value = self.any_type()
            composite = not (value in SCALARS or value in ENUMS or
                             value.endswith(("Timestamp", "Duration")) or
                             value.endswith("Value") and
                             value.split(".")[-1] not in ("Value", "ListValue"))
            if self.proto2:
                label = "optional "
            else:
                label = "optional " if self.random.random() < 0.3 else ""
            text = f"{label}{value}"
        if model and composite and self.random.random() < 0.3:
            options.append("(modelservice.field).storage = BYTES")
        if odd_names and self.random.random() < 0.4:
            options.append(f'json_name = "{odd_names.pop()}"')
        end = f" [{', '.join(options)}]" if options else ""
        self.say(f"  {text} {name} = {number}{end};")

    def oneof(self, number):
        self.say(f"  oneof choice_{number} {{")
        for i in range(3):
            self.say(f"    {self.any_type()} choice_{number}_{i} = "
                     f"{number + i};")
        self.say("  }")

    def odd_names(self):
        names = list(ODD_NAMES)
        self.random.shuffle(names)
        return names

    def inner(self, index):
        self.say(f"message Inner{index} {{")
        odd_names = self.odd_names()
        for i in range(self.random.randint(2, 6)):
            self.field(i + 1, f"field_{i}", False, odd_names)
        self.oneof(20)
        label = "optional " if self.proto2 else ""
        self.say(f"  {label}Inner{index} next = 30;")
        if self.proto2 and index % 2 == 0:
            # The same name in JSON.
            self.say("  optional int32 foo_bar = 40;")
            self.say("  optional string fooBar = 41;")
        if self.proto2 and index % 4 == 0:
            self.say("  required int32 must = 42;")
        self.say("}")
        self.say()

    def model(self, index):
        label = "optional " if self.proto2 else ""
        self.say(f"message Model{index} {{")
        self.say("  option (modelservice.model) = { max_page_size: 200 };")
        key = "required " if self.proto2 else ""
        self.say(f"  {key}int64 id = 1 [(modelservice.field) = {{")
        self.say("    primary_key: true")
        self.say("    auto_increment: true")
        self.say("  }];")
        odd_names = self.odd_names()
        for i in range(COLUMNS):
            self.field(i + 2, f"column_{i}", True, odd_names)
        self.oneof(40)
        self.say(f"  {label}Inner{index} inner = 50;")
        self.say(f"  {label}Inner{(index + 1) % NESTED} bytes = 51")
        self.say("      [(modelservice.field).storage = BYTES];")
        self.say("  repeated google.protobuf.NullValue nulls = 52;")
        self.say(f"  {label}google.protobuf.Any any = 60;")
        self.say("  repeated google.protobuf.FieldMask masks = 61;")
        self.say("  map<string, google.protobuf.Duration> spans = 62;")
        if self.proto2:
            self.say("  repeated string foo_bar = 53;")
            self.say("  repeated string fooBar = 54;")
            self.say("  optional WithGroup grouped = 55")
            self.say("      [(modelservice.field).storage = BYTES];")
            self.say("  optional group Lone = 56")
            self.say("      [(modelservice.field).storage = BYTES] {")
            self.say("    repeated int32 number = 1;")
            self.say("  }")
        self.say("}")
        self.say()
        self.say(f"message Model{index}Page {{")
        self.say(f"  repeated Model{index} results = 1;")
        self.say(f"  {label}string next_page_token = 2;")
        self.say("}")
        self.say()
        self.say(f"service Service{index} {{")
        self.say(f"  option (modelservice.service) = {{ model: \"Model{index}\" "
                 "};")
        self.say(f"  rpc Create(Model{index}) returns (Model{index});")
        self.say(f"  rpc Update(Model{index}) returns (Model{index});")
        self.say(f"  rpc Retrieve(Key) returns (Model{index});")
        self.say(f"  rpc List(PageRequest) returns (Model{index}Page);")
        self.say("}")
        self.say()

    def text(self, seed):
        label = "optional " if self.proto2 else ""
        self.say(f"// Written by schemas.py --syntax={self.syntax} "
                 f"--seed={seed}.")
        self.say(f'syntax = "{self.syntax}";')
        self.say()
        self.say(f"package random_{self.syntax};")
        self.say()
        for name in IMPORTS:
            self.say(f'import "google/protobuf/{name}.proto";')
        self.say('import "modelservice/annotations.proto";')
        self.say()
        self.say(f'option (modelservice.file).table_prefix = "{self.syntax}_";')
        self.say()
        self.say("enum Color {")
        self.say("  NONE = 0;")
        self.say("  RED = 1;")
        self.say("  FAR = 2147483647;")
        self.say("  BELOW = -1;")
        self.say("}")
        self.say()
        self.say(f"message Key {{ {label}int64 id = 1; }}")
        self.say()
        self.say("message PageRequest {")
        self.say(f"  {label}int32 page_size = 1;")
        self.say(f"  {label}string page_token = 2;")
        self.say("}")
        self.say()
        if self.proto2:
            self.say("message WithGroup {")
            self.say("  repeated group Part = 1 {")
            self.say("    optional string name = 1;")
            self.say("    optional WithGroup more = 2;")
            self.say("  }")
            self.say("  extensions 100 to 200;")
            self.say("}")
            self.say("extend WithGroup {")
            self.say("  optional Inner0 extra = 100;")
            self.say("  repeated double reals = 101;")
            self.say("}")
            self.say()
        for i in range(NESTED):
            self.inner(i)
        for i in range(MODELS):
            self.model(i)
        return "\n".join(self.lines)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--syntax", choices=["proto2", "proto3"], required=True)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    print(Schema(args.syntax, args.seed).text(args.seed), end="")


main()
