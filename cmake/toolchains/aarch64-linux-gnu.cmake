# Builds for 64-bit Arm with Debian's cross compiler (package g++-aarch64-linux-gnu).
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)

# Libraries and headers of the target only; programs of the build machine.
set(CMAKE_FIND_ROOT_PATH /usr/aarch64-linux-gnu)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# Runs what the build itself needs of its own programs (tpp-compile-data), where it is installed.
find_program(TPP_CROSS_AARCH64_EMULATOR NAMES qemu-aarch64-static qemu-aarch64)
mark_as_advanced(TPP_CROSS_AARCH64_EMULATOR)
if(TPP_CROSS_AARCH64_EMULATOR)
  set(CMAKE_CROSSCOMPILING_EMULATOR ${TPP_CROSS_AARCH64_EMULATOR} -L /usr/aarch64-linux-gnu)
endif()
