#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace khien::hub::demo {

// `total` shared out by weight: whole numbers whose sum is `total`.
std::vector<std::int64_t> shared_out(std::int64_t total, std::span<const std::int64_t> weights);

// Of `all` things in a row `chosen` are, evenly spread: is it the one at `index`?
bool is_chosen(std::size_t index, std::size_t chosen, std::size_t all);

// A number that looks like chance and is always the same: below `bound`, for the
// thing at `index` and the question `salt`.
std::uint64_t scattered(std::uint64_t index, std::uint64_t salt, std::uint64_t bound);

// "07": at least `digits` long.
std::string padded(std::int64_t number, std::size_t digits);

}  // namespace khien::hub::demo
