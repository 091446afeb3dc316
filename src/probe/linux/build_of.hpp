#pragma once

#include <string>

namespace khien::probe {

// On which code a worker's verdicts depend: the linker's build identifiers of this
// program and of the libraries that take files apart, "khien-worker 1f3a…, libyara.so.9
// 77c0…". The same wherever the same packages are installed. Opens nothing.
std::string build_of_engines();

}  // namespace khien::probe
