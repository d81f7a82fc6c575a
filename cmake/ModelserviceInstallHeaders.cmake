# Run by an installation: installs the headers that programs include, which lie
# directly in runtime/modelservice, and exactly those below that they reach.
#
#   modelservice_RUNTIME     the folder runtime of the sources
#   modelservice_HEADERS_TO  where headers go, below the prefix

cmake_policy(VERSION 3.25)

set(root "${modelservice_RUNTIME}")
file(GLOB waiting RELATIVE "${root}" "${root}/modelservice/*.h")
set(reached ${waiting})
while(waiting)
  list(POP_FRONT waiting header)
  file(STRINGS "${root}/${header}" lines
       REGEX "^[ \t]*#[ \t]*include[ \t]+\"modelservice/[^\"]+\"")
  foreach(line IN LISTS lines)
    string(REGEX MATCH "modelservice/[^\"]+" included "${line}")
    # What protoc makes is installed by its own target.
    if(EXISTS "${root}/${included}" AND NOT included IN_LIST reached)
      list(APPEND reached "${included}")
      list(APPEND waiting "${included}")
    endif()
  endforeach()
endwhile()

foreach(header IN LISTS reached)
  cmake_path(GET header PARENT_PATH folder)
  file(INSTALL
    DESTINATION "${CMAKE_INSTALL_PREFIX}/${modelservice_HEADERS_TO}/${folder}"
    TYPE FILE
    FILES "${root}/${header}")
endforeach()
