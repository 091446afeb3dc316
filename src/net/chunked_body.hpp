#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace khien::net {

// Decodes a body in chunked transfer coding, byte by byte, so that the same
// bytes mean the same however they were cut. Chunk extensions and trailers are
// refused: nobody we serve sends them, and smugglers do.
class ChunkedBody {
 public:
  explicit ChunkedBody(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  // Appends to `body` what it decodes; how many bytes were used.
  std::size_t feed(std::string_view bytes, std::string& body);

  bool complete() const { return state_ == State::done; }
  // 0, or the status that refuses the body.
  int refused() const { return refused_; }

 private:
  enum class State : unsigned char { size, size_lf, data, data_cr, data_lf, end_cr, end_lf, done, refused };

  void take_size(char c);
  void take_mark(char c, char wanted, State next);
  std::size_t take_data(std::string_view bytes, std::string& body);
  void refuse(int status);

  std::size_t max_bytes_;
  std::uint64_t left_ = 0;
  std::size_t total_ = 0;
  int digits_ = 0;
  int refused_ = 0;
  State state_ = State::size;
};

}  // namespace khien::net
