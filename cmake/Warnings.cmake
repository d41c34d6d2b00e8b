# Every warning is an error, on gcc and on clang.
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
add_compile_definitions(_GNU_SOURCE)
add_compile_options(
	-Wall -Wextra -Werror -Wconversion -Wshadow -Wswitch-enum -Wstrict-prototypes
	-Wmissing-prototypes -Wpointer-arith -Wformat=2 -Wvla -Wundef -Wwrite-strings
	-Wimplicit-fallthrough)
