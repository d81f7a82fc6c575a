# Writes modelservice.pc and modelservice-testing.pc, for builds without CMake:
#
#   c++ $(pkg-config --cflags modelservice) main.cc ... \
#     $(pkg-config --libs modelservice)
#
# Included when all libraries are known.

# Appends to `result`, a list in the order of a linker's arguments, this project's
# library `target` and those of its own that it links, each once and in front of
# what it needs.
function(_modelservice_link_order target result)
  set(order ${${result}})
  if(target IN_LIST order)
    return()
  endif()
  get_target_property(links ${target} LINK_LIBRARIES)
  foreach(link IN LISTS links)
    string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" link "${link}")
    if(TARGET ${link})
      get_target_property(aliased ${link} ALIASED_TARGET)
      if(aliased)
        set(link ${aliased})
      endif()
    endif()
    if(link MATCHES "^modelservice_")
      _modelservice_link_order(${link} order)
    endif()
  endforeach()
  list(PREPEND order ${target})
  set(${result} ${order} PARENT_SCOPE)
endfunction()

# Sets `result` to "-lmodelservice_a -lmodelservice_b ...", without the libraries of
# `except`.
function(_modelservice_link_flags target except result)
  set(order)
  _modelservice_link_order(${target} order)
  if(except)
    list(REMOVE_ITEM order ${except})
  endif()
  list(TRANSFORM order PREPEND "-l")
  list(JOIN order " " flags)
  set(${result} "${flags}" PARENT_SCOPE)
endfunction()

# What the installed headers and libraries take of abseil, and the rest.
set(modelservice_PC_REQUIRES
    grpc++ protobuf absl_algorithm_container absl_any_invocable absl_cord
    absl_core_headers absl_flat_hash_map absl_flat_hash_set absl_function_ref
    absl_hash absl_inlined_vector absl_span absl_status absl_statusor
    absl_str_format absl_strings absl_synchronization absl_time re2 openssl
    sqlite3)
if(TARGET modelservice_postgres)
  list(APPEND modelservice_PC_REQUIRES libpq)
endif()
if(TARGET modelservice_redis)
  list(APPEND modelservice_PC_REQUIRES hiredis)
endif()
if(PrometheusCpp_FOUND)
  list(APPEND modelservice_PC_REQUIRES prometheus-cpp-pull)
endif()
list(JOIN modelservice_PC_REQUIRES ", " modelservice_PC_REQUIRES)

# From the folder of the files to the prefix.
file(RELATIVE_PATH modelservice_PC_TO_PREFIX
     "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
string(REGEX REPLACE "/$" "" modelservice_PC_TO_PREFIX
                     "${modelservice_PC_TO_PREFIX}")
set(modelservice_own)
_modelservice_link_order(modelservice_manage modelservice_own)
_modelservice_link_flags(modelservice_manage "" modelservice_PC_LIBS)
if(TARGET gRPC::grpcpp_channelz)
  # It has no file for pkg-config of its own.
  string(APPEND modelservice_PC_LIBS " -lgrpcpp_channelz")
endif()
if(PrometheusCpp_FOUND)
  # Nor has this.
  string(APPEND modelservice_PC_LIBS " -lcivetweb")
endif()
if(TARGET spdlog::spdlog)
  # Whose own file defines what a program's own spdlog would read as well.
  string(APPEND modelservice_PC_LIBS " -lspdlog")
  if(TARGET fmt::fmt)
    string(APPEND modelservice_PC_LIBS " -lfmt")
  endif()
endif()
_modelservice_link_flags(modelservice_testing "${modelservice_own}"
                         modelservice_PC_TESTING_LIBS)
foreach(name IN ITEMS modelservice modelservice-testing)
  configure_file("${PROJECT_SOURCE_DIR}/cmake/${name}.pc.in"
                 "${PROJECT_BINARY_DIR}/${name}.pc" @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/${name}.pc"
          DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
          COMPONENT dev)
endforeach()
