# How every file of the product is compiled: warnings are errors, and the
# hardening set of the OpenSSF compiler guide as far as clang-19 and g++ 12
# both take it.
add_library(khien_flags INTERFACE)
target_compile_options(khien_flags INTERFACE
  -Wall -Wextra -Wno-missing-field-initializers -Wpedantic -Wshadow -Wconversion -Wformat=2 -Wimplicit-fallthrough -Werror
  -fstack-protector-strong -fstack-clash-protection -fcf-protection=full
  -fno-delete-null-pointer-checks -fno-strict-overflow -ftrivial-auto-var-init=zero
  $<$<CONFIG:Release>:-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.>)
# g++ calls a TRY_VOID inside a lambda inside a TRY_VOID shadowing; clang, which
# is the compiler of record, sees that they are two functions.
target_compile_options(khien_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-shadow>)
target_compile_definitions(khien_flags INTERFACE _GLIBCXX_ASSERTIONS)
if(CMAKE_BUILD_TYPE STREQUAL "Release" OR CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  target_compile_options(khien_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
add_link_options(-pie -Wl,-z,noexecstack -Wl,-z,relro,-z,now -Wl,--as-needed)

find_program(KHIEN_MOLD mold)
if(KHIEN_MOLD)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_link_options(--ld-path=${KHIEN_MOLD})
  else()
    add_link_options(-fuse-ld=mold)
  endif()
endif()

if(KHIEN_SANITIZE)
  add_compile_options(-fsanitize=${KHIEN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${KHIEN_SANITIZE})
  # To look whether memory may be read, the check of types opens a pipe. A worker's sandbox refuses
  # that, and the check would report what is not there.
  if(KHIEN_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize=vptr)
  endif()
endif()
if(KHIEN_LIBFUZZER)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
