# A third less time for a build from nothing. ccache shares less between two trees
# with it: whoever keeps several turns it off.
option(KHIEN_PRECOMPILE "Read the standard library's headers once for all files" ON)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" OR KHIEN_SANITIZE OR KHIEN_LIBFUZZER)
  set(KHIEN_PRECOMPILE OFF)
endif()
# A third of the time for tests. Whoever changes one file of them again and again turns
# it off, as KHIEN_PRECOMPILE is then.
option(KHIEN_TESTS_TOGETHER "Compile the tests of a room several files at once" ${KHIEN_PRECOMPILE})

if(KHIEN_PRECOMPILE)
  # The same bytes for the same text, so that ccache knows what it compiled before.
  add_compile_options(-Xclang -fno-pch-timestamp)
  # A library's code and a program's are compiled for different places in memory.
  add_library(khien_precompiled OBJECT cmake/precompiled/nothing.cpp)
  target_precompile_headers(khien_precompiled PRIVATE cmake/precompiled/common.hpp)
  # Two for programs: doctest leaves things of its own in whatever reads it.
  foreach(kind test fuzz)
    set(target khien_precompiled_${kind})
    add_library(${target} OBJECT cmake/precompiled/nothing.cpp)
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
    target_compile_options(${target} PRIVATE -fPIE)
    khien_compile_quickly(${target})
  endforeach()
  target_precompile_headers(khien_precompiled_test PRIVATE cmake/precompiled/test.hpp)
  target_precompile_headers(khien_precompiled_fuzz PRIVATE cmake/precompiled/common.hpp)
  foreach(target khien_precompiled khien_precompiled_test khien_precompiled_fuzz)
    target_compile_features(${target} PRIVATE cxx_std_23)
    target_link_libraries(${target} PRIVATE khien_flags)
  endforeach()
endif()
