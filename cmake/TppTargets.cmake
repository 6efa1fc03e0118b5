# How the project's targets are made: one function a kind of target.

# Flags of all our own code, as an interface target.
add_library(tpp_flags INTERFACE)
target_include_directories(tpp_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(
  tpp_flags
  INTERFACE $<$<COMPILE_LANGUAGE:C,CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wconversion
            -Wno-sign-conversion -fno-strict-aliasing>
            $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Woverloaded-virtual>
            $<$<AND:$<BOOL:${TPP_WARNINGS_AS_ERRORS}>,$<COMPILE_LANGUAGE:C,CXX>>:-Werror>)

# tpp_add_library(NAME SOURCES... ) : a static library of ours, included from the root.
function(tpp_add_library name)
  add_library(${name} STATIC ${ARGN})
  target_link_libraries(${name} PUBLIC tpp_flags)
endfunction()

# tpp_add_backend(NAME SOURCES... [NOTE WORDS]): a loadable module lib/tpp/backends/NAME.so with one
# exported symbol. Built where TPP_BACKEND_<NAME> is AUTO or ON; the caller decides what AUTO needs and
# calls tpp_skip_backend otherwise. The words stand in the summary.
function(tpp_add_backend name)
  cmake_parse_arguments(arg "" "NOTE" "" ${ARGN})
  add_library(tpp_backend_${name} MODULE ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(tpp_backend_${name} PRIVATE tpp_flags)
  set_target_properties(
    tpp_backend_${name}
    PROPERTIES PREFIX "" OUTPUT_NAME ${name}
               LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/${TPP_BACKEND_DIRECTORY}
               C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden
               VISIBILITY_INLINES_HIDDEN ON
               LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/backend.map)
  # Clang's sanitizers stand in the program: a module finds them only when it is loaded.
  target_link_options(
    tpp_backend_${name} PRIVATE -Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/backend.map
    $<$<NOT:$<CONFIG:Sanitizer>>:-Wl,--no-undefined>)
  install(TARGETS tpp_backend_${name} LIBRARY DESTINATION ${TPP_BACKEND_DIRECTORY})
  set(words "")
  if(arg_NOTE)
    set(words " ${arg_NOTE}")
  endif()
  set_property(GLOBAL APPEND PROPERTY TPP_BACKEND_SUMMARY "${name}: built${words}")
  set_property(GLOBAL APPEND PROPERTY TPP_BACKENDS ${name})
endfunction()

function(tpp_skip_backend name why)
  set_property(GLOBAL APPEND PROPERTY TPP_BACKEND_SUMMARY "${name}: not built (${why})")
endfunction()

function(tpp_print_backend_summary)
  get_property(lines GLOBAL PROPERTY TPP_BACKEND_SUMMARY)
  message(STATUS "Backends:")
  foreach(line IN LISTS lines)
    message(STATUS "  ${line}")
  endforeach()
endfunction()

# tpp_add_data(SOURCE_DIRECTORY NAME): share/tpp/NAME, in the build tree (a link) and installed.
function(tpp_add_data source name)
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/${TPP_DATA_DIRECTORY})
  file(CREATE_LINK ${source} ${PROJECT_BINARY_DIR}/${TPP_DATA_DIRECTORY}/${name} SYMBOLIC)
  install(DIRECTORY ${source}/ DESTINATION ${TPP_DATA_DIRECTORY}/${name})
endfunction()

# tpp_add_compiled_data(SOURCE_DIRECTORY NAME): share/tpp/NAME, in the build tree and installed, with
# the directory's *.yaml compiled to one index; the YAML itself is installed for people to read. A
# faulty file ends the build. Files that were added or removed change the command line, so that the
# index is made anew for them too.
function(tpp_add_compiled_data source name)
  set(directory ${PROJECT_BINARY_DIR}/${TPP_DATA_DIRECTORY}/${name})
  set(index ${directory}/compiled.index)
  if(IS_SYMLINK ${directory})
    # Of a build before data were compiled: writing through it would write into the sources.
    file(REMOVE ${directory})
  endif()
  file(GLOB files CONFIGURE_DEPENDS ${source}/*.yaml)
  add_custom_command(
    OUTPUT ${index}
    COMMAND tpp-compile-data ${name} ${index} ${files}
    DEPENDS tpp-compile-data ${files}
    COMMENT "Compiling ${TPP_DATA_DIRECTORY}/${name}"
    VERBATIM)
  add_custom_target(tpp_data_${name} ALL DEPENDS ${index})
  set_property(GLOBAL APPEND PROPERTY TPP_COMPILED_DATA tpp_data_${name})
  install(FILES ${index} DESTINATION ${TPP_DATA_DIRECTORY}/${name})
  install(DIRECTORY ${source}/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/${name})
endfunction()

# tpp_add_test(NAME SOURCES... [LIBRARIES ...] [LABELS ...]): a GoogleTest program, one ctest entry, and
# for unit and golden tests a second one under a locale whose decimal sign is the comma. What is labelled
# `threads` starts some, and is what ThreadSanitizer's build makes and runs. Its own sources are not
# optimised: that takes longer than it saves. Under a sanitizer TPP_SANITIZED is defined, for what
# takes too long there, or looks at memory.
function(tpp_add_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "LIBRARIES;LABELS" ${ARGN})
  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE tpp_flags ${arg_LIBRARIES} GTest::gtest_main GTest::gmock
                                        tpp_adopt_locale)
  target_compile_options(${name} PRIVATE -O0)
  target_compile_definitions(${name} PRIVATE $<$<CONFIG:Sanitizer>:TPP_SANITIZED>)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
  if("threads" IN_LIST arg_LABELS)
    add_dependencies(tpp_threads ${name})
  endif()
  if(TPP_COMMA_DECIMAL_ENVIRONMENT AND arg_LABELS MATCHES "unit|golden")
    add_test(NAME ${name}_comma_decimal COMMAND ${name})
    set_tests_properties(
      ${name}_comma_decimal PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS locale
                                       ENVIRONMENT "${TPP_COMMA_DECIMAL_ENVIRONMENT}")
  endif()
endfunction()
