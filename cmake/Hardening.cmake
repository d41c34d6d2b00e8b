# SPDX-License-Identifier: MIT
# Hardening for what is shipped: Debian's hardening=+all, without sanitizers in the way.
if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo" AND NOT HOTEL_SANITIZE)
	add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong
		-fstack-clash-protection -fcf-protection -fPIE)
	add_link_options(-pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
endif()
