# SPDX-License-Identifier: MIT
# The target man: a man page of each program in man/ of the build (cmake/man_pages.sh). It is not part
# of `all`, so that ./hotel up does not need help2man.
function(hotel_executables_of directory result)
	get_property(targets DIRECTORY ${directory} PROPERTY BUILDSYSTEM_TARGETS)
	get_property(subdirectories DIRECTORY ${directory} PROPERTY SUBDIRECTORIES)
	set(found)
	foreach(target IN LISTS targets)
		get_target_property(type ${target} TYPE)
		if(type STREQUAL "EXECUTABLE")
			list(APPEND found ${target})
		endif()
	endforeach()
	foreach(subdirectory IN LISTS subdirectories)
		hotel_executables_of(${subdirectory} below)
		list(APPEND found ${below})
	endforeach()
	set(${result} ${found} PARENT_SCOPE)
endfunction()

function(hotel_add_man_pages)
	add_custom_target(man
		COMMAND ${CMAKE_SOURCE_DIR}/cmake/man_pages.sh ${CMAKE_BINARY_DIR}
		COMMENT "Making man pages in ${CMAKE_BINARY_DIR}/man"
		VERBATIM)
	foreach(directory IN LISTS ARGN)
		hotel_executables_of(${directory} programs)
		if(programs)
			add_dependencies(man ${programs})
		endif()
	endforeach()
endfunction()
