#pragma once

#include "common.hpp"

#include <doctest/doctest.h>
