# 32-bit: clang, which has 128-bit integers there (gcc has none), with the C library and start files of Debian's cross
# compiler and Debian's libraries of cmake/sysroot.sh. x86-64 machines run what comes out.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR i686)
set(CMAKE_C_COMPILER clang)
set(CMAKE_C_COMPILER_TARGET i686-linux-gnu)
set(LICET_TRIPLET i386-linux-gnu)
set(LICET_LOADER /usr/i686-linux-gnu/lib/ld-linux.so.2)
file(GLOB cross "/usr/lib/gcc-cross/i686-linux-gnu/*")
set(CMAKE_C_FLAGS_INIT "-isystem /usr/i686-linux-gnu/include -Wno-bit-int-extension")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-B/usr/i686-linux-gnu/lib -L/usr/i686-linux-gnu/lib -B${cross} -L${cross}")
include("${CMAKE_CURRENT_LIST_DIR}/sysroot.cmake")
