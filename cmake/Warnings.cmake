# SPDX-License-Identifier: MIT
# Every warning is an error, on gcc and on clang. Only a build of planted faults does without.
option(HOTEL_WERROR "treat warnings as errors" ON)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
add_compile_definitions(_GNU_SOURCE)
add_compile_options(
	-Wall -Wextra $<$<BOOL:${HOTEL_WERROR}>:-Werror> -Wconversion -Wshadow -Wswitch-enum -Wstrict-prototypes
	-Wmissing-prototypes -Wpointer-arith -Wformat=2 -Wvla -Wundef -Wwrite-strings
	-Wimplicit-fallthrough)

# __FILE__ is relative to the source tree, whether the compiler gets an absolute path or, from a
# compiler cache, one relative to the build tree.
file(RELATIVE_PATH from_build "${CMAKE_BINARY_DIR}" "${CMAKE_SOURCE_DIR}")
add_compile_options("-fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=" "-fmacro-prefix-map=${from_build}=")
