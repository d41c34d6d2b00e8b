# SPDX-License-Identifier: MIT
# -DHOTEL_SANITIZE=address,undefined or thread builds everything with those sanitizers.
if(HOTEL_SANITIZE)
	add_compile_options(-fsanitize=${HOTEL_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
	add_link_options(-fsanitize=${HOTEL_SANITIZE})
endif()
