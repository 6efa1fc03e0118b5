# Device code as files of the build and as data of a module, as every GPU backend has it.

set(TPP_DEVICE_CODE_FROM "" CACHE PATH
    "A finished build of the same sources whose device code is taken, not compiled anew")
mark_as_advanced(TPP_DEVICE_CODE_FROM)
if(TPP_DEVICE_CODE_FROM AND NOT EXISTS ${TPP_DEVICE_CODE_FROM}/CMakeCache.txt)
  message(FATAL_ERROR "TPP_DEVICE_CODE_FROM: ${TPP_DEVICE_CODE_FROM} is no build directory; build the "
                      "same sources there first, or leave it empty")
endif()

# tpp_device_code(FILE ARGUMENT...): as add_custom_command(OUTPUT FILE ...), or that build's file of the
# same name: it does not depend on how host code is compiled.
function(tpp_device_code file)
  if(TPP_DEVICE_CODE_FROM)
    cmake_path(RELATIVE_PATH file BASE_DIRECTORY ${PROJECT_BINARY_DIR} OUTPUT_VARIABLE place)
    set(made ${TPP_DEVICE_CODE_FROM}/${place})
    set(ARGN COMMAND ${CMAKE_COMMAND} -E copy ${made} ${file} DEPENDS ${made})
  endif()
  add_custom_command(OUTPUT ${file} ${ARGN} VERBATIM)
endfunction()

# tpp_embed_images(NAMESPACE ALIGNMENT FILE...): a source that holds the files, and what a table of them
# is made of. In the caller's scope:
#   image_source         the source
#   image_declarations   of all symbols, in C++
#   image_span_<NUMBER>  of each file in order, as the initialiser of a span of bytes
function(tpp_embed_images namespace alignment)
  set(data "  .section .note.GNU-stack,\"\",%progbits\n  .section .rodata\n")
  set(declarations "")
  set(number 0)
  foreach(file IN LISTS ARGN)
    set(name tpp_${namespace}_image_${number})
    # A NUL behind each: it ends one that is a text.
    string(APPEND data
           "  .balign ${alignment}\n  .globl ${name}\n  .hidden ${name}\n${name}:\n"
           "  .incbin \"${file}\"\n  .globl ${name}_end\n  .hidden ${name}_end\n${name}_end:\n"
           "  .byte 0\n")
    string(APPEND declarations "extern \"C\" const std::byte ${name}[], ${name}_end[];\n")
    set(image_span_${number} "{${name}, ${name}_end}" PARENT_SCOPE)
    math(EXPR number "${number} + 1")
  endforeach()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/images/images.S)
  file(CONFIGURE OUTPUT ${source} CONTENT "${data}" @ONLY)
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS "${ARGN}")
  set(image_source ${source} PARENT_SCOPE)
  set(image_declarations "${declarations}" PARENT_SCOPE)
endfunction()
