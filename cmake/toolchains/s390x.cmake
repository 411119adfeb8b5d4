# 64-bit, big-endian: Debian's cross compiler, Debian's libraries of cmake/sysroot.sh, run by qemu-user.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR s390x)
set(CMAKE_C_COMPILER s390x-linux-gnu-gcc)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-s390x)
set(LICET_TRIPLET s390x-linux-gnu)
set(LICET_LOADER /usr/s390x-linux-gnu/lib/ld64.so.1)
include("${CMAKE_CURRENT_LIST_DIR}/sysroot.cmake")
