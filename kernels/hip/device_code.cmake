# Device code as files of the build, and as data of the module: one code object a target, which is
# linked of one object a family of kernels.

set(device_folder ${CMAKE_CURRENT_SOURCE_DIR}/device)
set(images_folder ${CMAKE_CURRENT_BINARY_DIR}/images)
file(MAKE_DIRECTORY ${images_folder})
# "target file family..." of each code object.
set_property(GLOBAL PROPERTY TPP_HIP_IMAGES "")

# No device library and no headers but the compiler's own. Version 4 of code objects is what every
# ROCm since 5.0 loads. -mcumode: a thread block keeps to one compute unit of RDNA's pairs.
set(device_flags -target amdgcn-amd-amdhsa -nogpulib -ffreestanding -std=c++20 -O3
                 -mcode-object-version=4 -Wall -Wextra -Werror -I${PROJECT_SOURCE_DIR})
file(GLOB shared_device_code CONFIGURE_DEPENDS ${device_folder}/*.hpp)
list(APPEND shared_device_code ${PROJECT_SOURCE_DIR}/kernels/gpu/kernel_contract.h)

# One object of a family for a target: of the rows in device/FAMILY.inc, where there are any, else
# of device/FAMILY.hip. The file is put into `variable`.
function(tpp_hip_object variable target lanes family)
  set(object ${images_folder}/${family}.${target}.o)
  set(rows ${device_folder}/${family}.inc)
  set(source ${device_folder}/${family}.hip)
  set(flags ${device_flags} -mcpu=${target})
  if(lanes EQUAL 32)
    list(APPEND flags -mcumode)
  endif()
  if(EXISTS ${rows})
    set(source ${device_folder}/issue.hip)
    set(unroll kMatrixUnroll)
    if(family STREQUAL "fma")
      set(unroll kVectorUnroll)
    endif()
    list(APPEND flags -DTPP_LANES=${lanes} -DTPP_UNROLL=tpp::gpu::${unroll}
         "-DTPP_ROWS=\"kernels/hip/device/${family}.inc\"")
    list(APPEND source_and_rows ${rows})
  endif()
  tpp_device_code(
    ${object}
    COMMAND ${TPP_AMD_CLANG} ${flags} -x c++ -c ${source} -o ${object}
    DEPENDS ${source} ${source_and_rows} ${shared_device_code}
    COMMENT "Compiling ${family} for ${target}")
  set(${variable} ${object} PARENT_SCOPE)
endfunction()

# tpp_hip_target(TARGET LANES FAMILY...): the code object of a target whose waves have so many lanes.
function(tpp_hip_target target lanes)
  set(objects "")
  foreach(family IN LISTS ARGN)
    tpp_hip_object(object ${target} ${lanes} ${family})
    list(APPEND objects ${object})
  endforeach()
  set(image ${images_folder}/${target}.co)
  add_custom_command(
    OUTPUT ${image}
    COMMAND ${TPP_AMD_LINKER} -shared ${objects} -o ${image}
    DEPENDS ${objects}
    COMMENT "Linking the code object of ${target}"
    VERBATIM)
  string(REPLACE ";" " " families "${ARGN}")
  set_property(GLOBAL APPEND PROPERTY TPP_HIP_IMAGES "${target} ${lanes} ${image} ${families}")
endfunction()

# Sources that hold all code objects and the table of them, in `variable`.
function(tpp_hip_images variable)
  get_property(rows GLOBAL PROPERTY TPP_HIP_IMAGES)
  set(files ${rows})
  list(TRANSFORM files REPLACE "^[^ ]+ [^ ]+ ([^ ]+) .*" "\\1")
  # The loader reads the header's numbers in place: at a page, as in a file that is mapped.
  tpp_embed_images(hip 4096 ${files})
  set(families "")
  set(table "")
  set(number 0)
  foreach(row IN LISTS rows)
    separate_arguments(row)
    list(POP_FRONT row target lanes file)
    string(REPLACE ";" "\", \"" names "${row}")
    string(APPEND families "constexpr const char* families_${number}[] = {\"${names}\"};\n")
    string(APPEND table
           "      {\"${target}\", ${lanes}, families_${number}, ${image_span_${number}}},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  file(
    CONFIGURE OUTPUT ${images_folder}/images_table.cpp
    CONTENT
      "// Made by device_code.cmake.
#include \"kernels/hip/images.h\"

@image_declarations@@families@
namespace tpp::hip {

std::span<const Image> images() {
  static const Image all[] = {
@table@  };
  return all;
}

}  // namespace tpp::hip
"
    @ONLY)
  set(${variable} ${image_source} ${images_folder}/images_table.cpp PARENT_SCOPE)
endfunction()
