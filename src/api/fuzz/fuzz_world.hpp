#pragma once

// For the one source file of a program that has no test of its own.
#define DOCTEST_CONFIG_IMPLEMENT
#include "checks_without_test.hpp"
