# SPDX-License-Identifier: MIT
# The libraries the product stands on, each by its Debian package.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(MARIADB REQUIRED IMPORTED_TARGET libmariadb)		# libmariadb-dev
pkg_check_modules(RABBITMQ REQUIRED IMPORTED_TARGET librabbitmq)	# librabbitmq-dev
pkg_check_modules(JSON_C REQUIRED IMPORTED_TARGET json-c)		# libjson-c-dev
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)		# libcurl4-openssl-dev
pkg_check_modules(MICROHTTPD REQUIRED IMPORTED_TARGET libmicrohttpd)	# libmicrohttpd-dev
pkg_check_modules(JOSE REQUIRED IMPORTED_TARGET jose)			# libjose-dev
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)		# libsodium-dev
pkg_check_modules(OATH REQUIRED IMPORTED_TARGET liboath)			# liboath-dev
find_path(ZXCVBN_INCLUDE_DIR zxcvbn.h REQUIRED)			# libzxcvbn-dev
find_library(ZXCVBN_LIBRARY zxcvbn REQUIRED)
find_path(FCGI_INCLUDE_DIR fcgiapp.h REQUIRED)				# libfcgi-dev
find_library(FCGI_LIBRARY fcgi REQUIRED)
pkg_check_modules(IDN2 REQUIRED IMPORTED_TARGET libidn2)			# libidn2-dev
find_path(UNISTRING_INCLUDE_DIR uninorm.h REQUIRED)			# libunistring-dev
find_library(UNISTRING_LIBRARY unistring REQUIRED)
find_path(CSV_INCLUDE_DIR csv.h REQUIRED)				# libcsv-dev
find_library(CSV_LIBRARY csv REQUIRED)

# rabbitmq-c moved its headers in 0.12: <amqp.h> before, <rabbitmq-c/amqp.h> since.
find_path(RABBITMQ_NEW_HEADERS rabbitmq-c/amqp.h HINTS ${RABBITMQ_INCLUDE_DIRS})
if(RABBITMQ_NEW_HEADERS)
	add_compile_definitions(HAVE_RABBITMQ_C_DIRECTORY)
endif()
