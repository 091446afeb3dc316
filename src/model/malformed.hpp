#pragma once

#include <utility>

#include "khien/core/result.hpp"

namespace khien {

// A field that is missing makes a message malformed: to whoever sent it that is
// Code::invalid, not the not_found of a thing that was asked for.
inline Error malformed(Error error) {
  if (error.code() != Code::not_found) return error;
  return Error(Code::invalid, error.what());
}

template <class T>
Result<T> malformed(Result<T> result) {
  if (result) return result;
  return malformed(std::move(result).error());
}

}  // namespace khien
