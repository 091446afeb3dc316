#pragma once

#include <initializer_list>
#include <memory>

#include "cms_reader.hpp"
#include "der_reader.hpp"
#include "khien/core/bytes.hpp"

namespace khien::seal {

// Of bytes that come in pieces. `kind` is not `weak`.
class Digest {
 public:
  explicit Digest(DigestKind kind);
  ~Digest();
  void update(ByteView bytes);
  Bytes finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Of all pieces one after another. `kind` is not `weak`.
Bytes digest_of(DigestKind kind, std::initializer_list<ByteView> pieces);

// UTCTime or GeneralizedTime in UTC with seconds. Code::corrupt else.
Result<Timestamp> read_der_time(const DerElement& element);

}  // namespace khien::seal
