# Run after protoc: escapes the blanks in the paths of its dependency file, which
# protoc writes as they are, so that Make and Ninja take each path for one.
#
#   DEPFILE  the file

cmake_policy(VERSION 3.25)

file(READ "${DEPFILE}" text)
# "made.h \", "last_made.h: first_read.proto\", " read.proto".
string(REGEX REPLACE " *\\\\\n *" "\n" text "${text}")
string(STRIP "${text}" text)
string(REPLACE " " "\\ " text "${text}")
string(REPLACE ":\\ " ": " text "${text}")
string(REPLACE "\n" " \\\n " text "${text}")
file(WRITE "${DEPFILE}" "${text}\n")
