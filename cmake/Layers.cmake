# SPDX-License-Identifier: MIT
# The layers of the hexagon as targets. What a layer may include is what it links:
#
#	hotel_layer(app LINKS hotel::domain)
#
# makes the library hotel::app of the sources in the calling folder, with the folder's headers
# reachable as "app/..." by those who link it.
function(hotel_layer name)
	cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
	string(REPLACE "/" "_" target ${name})
	add_library(hotel_${target} STATIC ${ARG_SOURCES})
	add_library(hotel::${target} ALIAS hotel_${target})
	target_include_directories(hotel_${target} PUBLIC ${CMAKE_SOURCE_DIR}/lib ${CMAKE_SOURCE_DIR})
	target_link_libraries(hotel_${target} PUBLIC ${ARG_LINKS})
endfunction()

# One FastCGI program: fcgi-<context>, of all its handlers and its route table.
function(hotel_service context)
	cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
	add_executable(fcgi-${context} ${ARG_SOURCES})
	target_link_libraries(fcgi-${context} PRIVATE hotel::service ${ARG_LINKS})
	set_target_properties(fcgi-${context} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

# One worker: worker-<context>, of its event table and composition.
function(hotel_worker context)
	cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
	add_executable(worker-${context} ${ARG_SOURCES})
	target_link_libraries(worker-${context} PRIVATE hotel::worker ${ARG_LINKS})
	set_target_properties(worker-${context} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

# One cmocka program, run by ctest under the given labels.
function(hotel_test name)
	cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;LABELS" ${ARGN})
	add_executable(${name} ${ARG_SOURCES})
	target_link_libraries(${name} PRIVATE cmocka ${ARG_LINKS})
	set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
	add_test(NAME ${name} COMMAND ${name})
	set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 120)
endfunction()
