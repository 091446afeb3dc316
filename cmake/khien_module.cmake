# khien_module(<name> SOURCES ... [DEPS ...] [PRIVATE_DEPS ...])
#
# Every module has the same rooms, found by convention:
#   include/khien/<name>/*.hpp   the public interface: one include root per module
#   *.cpp *.hpp                  the implementation, invisible to other modules
#   test/*_test.cpp              -> <name>_test
#   fuzz/<target>_fuzz.cpp       -> <target>_fuzz, replaying fuzz/corpus/<target>
#   bench/*_bench.cpp            -> <name>_bench, smoke-run by ctest
#
# DEPS are seen by the module's users, PRIVATE_DEPS by its own sources, tests,
# fuzz targets and benchmarks only.

function(khien_floor module out)
  set(${out} -1 PARENT_SCOPE)
  set(floor 0)
  foreach(names IN LISTS KHIEN_LAYERS)
    string(REPLACE ":" ";" names "${names}")
    if(module IN_LIST names)
      set(${out} ${floor} PARENT_SCOPE)
      return()
    endif()
    math(EXPR floor "${floor} + 1")
  endforeach()
endfunction()

function(khien_check_floors name)
  khien_floor(${name} own)
  if(own EQUAL -1)
    message(FATAL_ERROR "${name}: not in cmake/layers.cmake; decide its floor first")
  endif()
  foreach(dep IN LISTS ARGN)
    if(dep MATCHES "^khien::(.+)$")
      khien_floor(${CMAKE_MATCH_1} below)
      if(below EQUAL -1)
        message(FATAL_ERROR "${name} depends on ${dep}, which is not in cmake/layers.cmake")
      endif()
      if(NOT below LESS own)
        message(FATAL_ERROR "${name} (floor ${own}) may not depend on ${dep} (floor ${below})")
      endif()
    endif()
  endforeach()
endfunction()

# What only tries the product is compiled in half the time without optimisation; the
# product under it keeps its own.
function(khien_compile_quickly target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O0;-U_FORTIFY_SOURCE>)
endfunction()

# Reads the headers of cmake/precompiled/ once for all (cmake/precompile.cmake).
function(khien_precompile target from)
  if(KHIEN_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM ${from})
  endif()
endfunction()

# Tells the sources where the tree and the room's own examples are. Only where it is
# asked for: a path in the command keeps trees from sharing what they compiled.
function(khien_tell_paths target)
  foreach(source IN LISTS ARGN)
    file(STRINGS ${source} asked REGEX "KHIEN_SOURCE_DIR|KHIEN_TEST_DATA" LIMIT_COUNT 1)
    if(asked)
      target_compile_definitions(${target} PRIVATE
        KHIEN_SOURCE_DIR="${PROJECT_SOURCE_DIR}" KHIEN_TEST_DATA="${CMAKE_CURRENT_SOURCE_DIR}/test/data")
      return()
    endif()
  endforeach()
endfunction()

# Every fuzz target is built in every build: as a replay of its corpus, or with
# -DKHIEN_LIBFUZZER=ON as a fuzzer. So a target cannot rot.
function(khien_fuzz_target module source)
  cmake_parse_arguments(F "" "" "LINK" ${ARGN})
  get_filename_component(target ${source} NAME_WE)
  string(REGEX REPLACE "_fuzz$" "" subject ${target})
  add_executable(${target} ${source})
  target_link_libraries(${target} PRIVATE khien::${module} ${F_LINK} khien_flags)
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  set(corpus ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${subject})
  set_property(GLOBAL APPEND PROPERTY KHIEN_FUZZ_TARGETS "${target}|${corpus}")
  if(KHIEN_LIBFUZZER)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  else()
    target_link_libraries(${target} PRIVATE khien_fuzz_replay)
    khien_compile_quickly(${target})
    khien_precompile(${target} khien_precompiled_fuzz)
    add_test(NAME ${target}.replay COMMAND ${target} ${corpus})
    set_tests_properties(${target}.replay PROPERTIES LABELS fuzz)
  endif()
endfunction()

# Tests whose helpers have a name that others of the room have too: each is compiled by
# itself, the rest a few files at once (KHIEN_TESTS_TOGETHER). Before khien_module().
function(khien_tests_alone)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

function(khien_rooms name)
  cmake_parse_arguments(M "" "" "LINK" ${ARGN})

  file(GLOB tests CONFIGURE_DEPENDS test/*_test.cpp)
  if(tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE khien::${name} ${M_LINK} khien_flags khien_doctest)
    target_include_directories(${name}_test PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
    file(GLOB helpers CONFIGURE_DEPENDS test/*.hpp)
    khien_tell_paths(${name}_test ${tests} ${helpers})
    khien_compile_quickly(${name}_test)
    khien_precompile(${name}_test khien_precompiled_test)
    # Most of what a test's compilation costs is the headers of the room.
    set_target_properties(${name}_test PROPERTIES UNITY_BUILD "${KHIEN_TESTS_TOGETHER}" UNITY_BUILD_BATCH_SIZE 8)
    add_test(NAME ${name} COMMAND ${name}_test)
    set_tests_properties(${name} PROPERTIES LABELS unit)
  endif()

  file(GLOB fuzzers CONFIGURE_DEPENDS fuzz/*_fuzz.cpp)
  foreach(source IN LISTS fuzzers)
    khien_fuzz_target(${name} ${source} LINK ${M_LINK})
  endforeach()

  file(GLOB benches CONFIGURE_DEPENDS bench/*_bench.cpp)
  if(benches)
    add_executable(${name}_bench ${benches})
    target_link_libraries(${name}_bench PRIVATE khien::${name} ${M_LINK} khien_flags benchmark::benchmark_main)
    target_include_directories(${name}_bench PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
    target_include_directories(${name}_bench PRIVATE ${PROJECT_SOURCE_DIR}/tools)
    khien_tell_paths(${name}_bench ${benches})
    add_test(NAME ${name}.bench_smoke COMMAND ${name}_bench --benchmark_min_time=0.001)
    set_tests_properties(${name}.bench_smoke PROPERTIES LABELS bench ENVIRONMENT KHIEN_BENCH_SMOKE=1)
  endif()
endfunction()

# Each public header must compile alone, seeing only the declared DEPS. CMake's own
# check (VERIFY_INTERFACE_HEADER_SETS) cannot be given the precompiled headers, and takes
# three times as long. That a header includes what it uses of the standard library is
# seen where KHIEN_PRECOMPILE is off.
function(khien_verify_headers name)
  set(alone)
  foreach(header IN LISTS ARGN)
    file(RELATIVE_PATH named ${CMAKE_CURRENT_SOURCE_DIR}/include ${header})
    set(source ${CMAKE_CURRENT_BINARY_DIR}/headers/${named}.cpp)
    file(CONFIGURE OUTPUT ${source} CONTENT "#include <${named}>\n")
    list(APPEND alone ${source})
  endforeach()
  if(NOT TARGET khien_headers)
    add_custom_target(khien_headers)
  endif()
  if(alone)
    add_library(khien_${name}_headers OBJECT EXCLUDE_FROM_ALL ${alone})
    target_link_libraries(khien_${name}_headers PRIVATE khien::${name} khien_flags)
    khien_precompile(khien_${name}_headers khien_precompiled)
    add_dependencies(khien_headers khien_${name}_headers)
  endif()
endfunction()

function(khien_module name)
  cmake_parse_arguments(M "" "" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
  khien_check_floors(${name} ${M_DEPS} ${M_PRIVATE_DEPS})

  file(GLOB_RECURSE headers CONFIGURE_DEPENDS include/*.hpp)
  add_library(khien_${name} STATIC ${M_SOURCES})
  add_library(khien::${name} ALIAS khien_${name})
  target_sources(khien_${name} PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${headers})
  target_compile_features(khien_${name} PUBLIC cxx_std_23)
  target_include_directories(khien_${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(khien_${name} PUBLIC ${M_DEPS} PRIVATE ${M_PRIVATE_DEPS} khien_flags)
  khien_precompile(khien_${name} khien_precompiled)
  khien_verify_headers(${name} ${headers})

  khien_rooms(${name} LINK ${M_PRIVATE_DEPS})
endfunction()
