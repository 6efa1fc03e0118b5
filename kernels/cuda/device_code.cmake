# Device code as files of the build, and as data of the module.

# Architectures that this toolkit knows, and its version.
execute_process(COMMAND ${TPP_NVCC} --list-gpu-code OUTPUT_VARIABLE known_code
                OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "\n" ";" known_code "${known_code}")
execute_process(COMMAND ${TPP_NVCC} --version OUTPUT_VARIABLE toolkit_version
                COMMAND_ERROR_IS_FATAL ANY)
if(NOT toolkit_version MATCHES "release ([0-9]+\\.[0-9]+)")
  message(FATAL_ERROR "cuda: ${TPP_NVCC} --version names no release: ${toolkit_version}")
endif()
set(toolkit_version ${CMAKE_MATCH_1})

set(device_folder ${CMAKE_CURRENT_SOURCE_DIR}/device)
set(images_folder ${CMAKE_CURRENT_BINARY_DIR}/images)
file(MAKE_DIRECTORY ${images_folder})
# "family architecture file" of each image.
set_property(GLOBAL PROPERTY TPP_CUDA_IMAGES "")
# "family architecture since" of all that was asked for, which the test of opcodes works out by
# itself, and "family architecture" of what of it the toolkit cannot compile: the module says so of
# its rows.
set_property(GLOBAL PROPERTY TPP_CUDA_WANTED "")
set_property(GLOBAL PROPERTY TPP_CUDA_LEFT_OUT "")

set(compile_device_code ${CMAKE_CURRENT_SOURCE_DIR}/compile_device_code.cmake)
set(device_flags -std=c++17 -I${PROJECT_SOURCE_DIR} -O3)
file(GLOB shared_device_code CONFIGURE_DEPENDS ${device_folder}/*.cuh ${device_folder}/*.inc)
list(APPEND shared_device_code ${device_folder}/tensor_memory_descriptor.h
     ${PROJECT_SOURCE_DIR}/kernels/gpu/kernel_contract.h)

# Whether the toolkit can compile a family of CUDA `since` for an architecture. The list of what it
# knows names no variants: whoever knows sm_90 knows sm_90a.
function(tpp_cuda_knows variable architecture since)
  string(REGEX REPLACE "a$" "" plain ${architecture})
  set(${variable} OFF PARENT_SCOPE)
  if(sm_${plain} IN_LIST known_code AND toolkit_version VERSION_GREATER_EQUAL since)
    set(${variable} ON PARENT_SCOPE)
  endif()
endfunction()

# tpp_cuda_family(FAMILY ARCHITECTURE... [SINCE VERSION]): machine code of device/FAMILY.cu for each
# architecture, by toolkits of that version on: older ones refuse one of its instructions.
#
# Spilled registers and local memory are warnings to the assembler, serialised matrix instructions a
# remark; here they are faults.
function(tpp_cuda_family family)
  cmake_parse_arguments(arg "" "SINCE" "" ${ARGN})
  if(NOT arg_SINCE)
    set(arg_SINCE 12.0)
  endif()
  foreach(architecture IN LISTS arg_UNPARSED_ARGUMENTS)
    set_property(GLOBAL APPEND PROPERTY TPP_CUDA_WANTED "${family} sm_${architecture} ${arg_SINCE}")
    tpp_cuda_knows(known ${architecture} ${arg_SINCE})
    if(NOT known)
      set_property(GLOBAL APPEND PROPERTY TPP_CUDA_LEFT_OUT "${family} sm_${architecture}")
      continue()
    endif()
    set(image ${images_folder}/${family}.sm_${architecture}.cubin)
    tpp_device_code(
      ${image}
      COMMAND ${CMAKE_COMMAND} -P ${compile_device_code} -- ${TPP_NVCC} ${device_flags} -cubin
              -arch=sm_${architecture} -Xptxas -Werror,-warn-spills,-warn-lmem-usage
              ${device_folder}/${family}.cu -o ${image}
      DEPENDS ${device_folder}/${family}.cu ${shared_device_code} ${compile_device_code}
      COMMENT "Compiling ${family} for sm_${architecture}")
    set_property(GLOBAL APPEND PROPERTY TPP_CUDA_IMAGES "${family} sm_${architecture} ${image}")
  endforeach()
endfunction()

# PTX of the oldest version that has all that is used, so that drivers older than the toolkit take
# it; assembled once, to see that it is.
function(tpp_cuda_ptx family architecture)
  set(image ${images_folder}/${family}.compute_${architecture}.ptx)
  tpp_device_code(
    ${image}
    COMMAND ${TPP_NVCC} ${device_flags} -ptx -arch=compute_${architecture}
            ${device_folder}/${family}.cu -o ${image}.new
    COMMAND ${CMAKE_COMMAND} -DFROM=${image}.new -DTO=${image} -DVERSION=7.4 -P
            ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/set_ptx_version.cmake
    COMMAND ${toolkit_bin}/ptxas -arch=sm_${architecture} ${image} -o ${image}.cubin
    DEPENDS ${device_folder}/${family}.cu ${shared_device_code}
            ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/set_ptx_version.cmake
    COMMENT "Compiling ${family} to PTX of compute_${architecture}")
  set_property(GLOBAL APPEND PROPERTY TPP_CUDA_IMAGES "${family} compute_${architecture} ${image}")
endfunction()

# What the toolkit cannot compile, in words for the summary: architectures that it does not know, and
# single families for those that it does. "" where it can compile everything.
function(tpp_cuda_left_out_words variable)
  get_property(rows GLOBAL PROPERTY TPP_CUDA_LEFT_OUT)
  set(unknown "")
  set(families "")
  foreach(row IN LISTS rows)
    string(REPLACE " " ";" row ${row})
    list(GET row 0 family)
    list(GET row 1 architecture)
    string(REGEX REPLACE "a$" "" plain ${architecture})
    if(plain IN_LIST known_code)
      list(APPEND families "${family} for ${architecture}")
    else()
      list(APPEND unknown ${architecture})
    endif()
  endforeach()
  list(REMOVE_DUPLICATES unknown)
  list(APPEND unknown ${families})
  list(JOIN unknown ", " words)
  set(${variable} "${words}" PARENT_SCOPE)
endfunction()

# Sources that hold all images, the table of them and that of what was left out, in `variable`.
function(tpp_cuda_images variable)
  get_property(rows GLOBAL PROPERTY TPP_CUDA_IMAGES)
  set(files ${rows})
  list(TRANSFORM files REPLACE "^[^ ]+ [^ ]+ " "")
  tpp_embed_images(cuda 64 ${files})
  set(table "")
  set(number 0)
  foreach(row IN LISTS rows)
    string(REGEX REPLACE "^([^ ]+) ([^ ]+) .*" "      {\"\\1\", \"\\2\", ${image_span_${number}}},\n"
                         line "${row}")
    string(APPEND table "${line}")
    math(EXPR number "${number} + 1")
  endforeach()
  get_property(rows GLOBAL PROPERTY TPP_CUDA_LEFT_OUT)
  set(left_out "")
  foreach(row IN LISTS rows)
    string(REGEX REPLACE "^([^ ]+) ([^ ]+)$" "      {\"\\1\", \"\\2\", {}},\n" line "${row}")
    string(APPEND left_out "${line}")
  endforeach()
  file(
    CONFIGURE OUTPUT ${images_folder}/images_table.cpp
    CONTENT
      "// Made by device_code.cmake.
#include \"kernels/cuda/images.h\"

@image_declarations@
namespace tpp::cuda {

std::span<const Image> images() {
  static const Image all[] = {
@table@  };
  return all;
}

std::span<const Image> left_out() {
  static const std::vector<Image> all = {
@left_out@  };
  return all;
}

const char* toolkit_version() { return \"@toolkit_version@\"; }

}  // namespace tpp::cuda
"
    @ONLY)
  set(${variable} ${image_source} ${images_folder}/images_table.cpp PARENT_SCOPE)
endfunction()
