#pragma once

// The test's world without a test: a failed check ends the process.
#include <doctest/doctest.h>

#include <cstdlib>

#include "khien/core/log.hpp"
#include "test/matrix_world.hpp"

namespace khien::api {

inline doctest::Context& checks_without_test() {
  static doctest::Context context;
  context.setAsDefaultForAssertsOutOfTestCases();
  context.setAssertHandler([](const doctest::AssertData& data) {
    if (data.m_failed) std::abort();
  });
  return context;
}

}  // namespace khien::api
