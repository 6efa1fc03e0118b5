# Device code as files of the build, and as data of the module.

# Architectures that this toolkit knows.
execute_process(COMMAND ${TPP_NVCC} --list-gpu-code OUTPUT_VARIABLE known_code
                OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "\n" ";" known_code "${known_code}")

set(device_folder ${CMAKE_CURRENT_SOURCE_DIR}/device)
set(images_folder ${CMAKE_CURRENT_BINARY_DIR}/images)
file(MAKE_DIRECTORY ${images_folder})
# "family architecture file" of each image; the tests look into the files.
set_property(GLOBAL PROPERTY TPP_CUDA_IMAGES "")

set(device_flags -std=c++17 -I${PROJECT_SOURCE_DIR} -O3)
file(GLOB shared_device_code CONFIGURE_DEPENDS ${device_folder}/*.cuh ${device_folder}/*.inc)
list(APPEND shared_device_code ${PROJECT_SOURCE_DIR}/kernels/gpu/kernel_contract.h)

# Serialised matrix instructions, spilled registers and local memory are warnings to the assembler,
# and faults here.
function(tpp_cuda_family family)
  foreach(architecture IN LISTS ARGN)
    # The list names no variants: whoever knows sm_90 knows sm_90a.
    string(REGEX REPLACE "a$" "" plain ${architecture})
    if(NOT sm_${plain} IN_LIST known_code)
      message(STATUS "cuda: ${family} not built for sm_${architecture}, which this toolkit lacks")
      continue()
    endif()
    set(image ${images_folder}/${family}.sm_${architecture}.cubin)
    add_custom_command(
      OUTPUT ${image}
      COMMAND ${TPP_NVCC} ${device_flags} -cubin -arch=sm_${architecture} -Xptxas
              -Werror,-warn-spills,-warn-lmem-usage ${device_folder}/${family}.cu -o ${image}
      DEPENDS ${device_folder}/${family}.cu ${shared_device_code}
      COMMENT "Compiling ${family} for sm_${architecture}"
      VERBATIM)
    set_property(GLOBAL APPEND PROPERTY TPP_CUDA_IMAGES "${family} sm_${architecture} ${image}")
  endforeach()
endfunction()

# PTX of the oldest version that has all that is used, so that drivers older than the toolkit take
# it; assembled once, to see that it is.
function(tpp_cuda_ptx family architecture)
  set(image ${images_folder}/${family}.compute_${architecture}.ptx)
  add_custom_command(
    OUTPUT ${image}
    COMMAND ${TPP_NVCC} ${device_flags} -ptx -arch=compute_${architecture}
            ${device_folder}/${family}.cu -o ${image}.new
    COMMAND ${CMAKE_COMMAND} -DFROM=${image}.new -DTO=${image} -DVERSION=7.4 -P
            ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/set_ptx_version.cmake
    COMMAND ${toolkit_bin}/ptxas -arch=sm_${architecture} ${image} -o ${image}.cubin
    DEPENDS ${device_folder}/${family}.cu ${shared_device_code}
            ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/set_ptx_version.cmake
    COMMENT "Compiling ${family} to PTX of compute_${architecture}"
    VERBATIM)
  set_property(GLOBAL APPEND PROPERTY TPP_CUDA_IMAGES "${family} compute_${architecture} ${image}")
endfunction()

# Sources that hold all images and the table of them, in `variable`.
function(tpp_cuda_images variable)
  get_property(rows GLOBAL PROPERTY TPP_CUDA_IMAGES)
  set(data "  .section .note.GNU-stack,\"\",%progbits\n  .section .rodata\n")
  set(declarations "")
  set(table "")
  set(files "")
  set(number 0)
  foreach(row IN LISTS rows)
    separate_arguments(row)
    list(GET row 0 family)
    list(GET row 1 architecture)
    list(GET row 2 file)
    list(APPEND files ${file})
    set(name tpp_cuda_image_${number})
    # PTX is a text, which a NUL ends.
    string(APPEND data
           "  .balign 64\n  .globl ${name}\n  .hidden ${name}\n${name}:\n  .incbin \"${file}\"\n"
           "  .globl ${name}_end\n  .hidden ${name}_end\n${name}_end:\n  .byte 0\n")
    string(APPEND declarations "extern const std::byte ${name}[], ${name}_end[];\n")
    string(APPEND table "      {\"${family}\", \"${architecture}\", {${name}, ${name}_end}},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  file(CONFIGURE OUTPUT ${images_folder}/images.S CONTENT "${data}" @ONLY)
  file(
    CONFIGURE OUTPUT ${images_folder}/images_table.cpp
    CONTENT
      "// Made by device_code.cmake.
#include \"kernels/cuda/images.h\"

extern \"C\" {
@declarations@}

namespace tpp::cuda {

std::span<const Image> images() {
  static const Image all[] = {
@table@  };
  return all;
}

}  // namespace tpp::cuda
"
    @ONLY)
  set_source_files_properties(${images_folder}/images.S PROPERTIES OBJECT_DEPENDS "${files}")
  set(${variable} ${images_folder}/images.S ${images_folder}/images_table.cpp PARENT_SCOPE)
endfunction()
