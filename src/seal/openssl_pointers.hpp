#pragma once

#include <openssl/bio.h>
#include <openssl/x509.h>

#include <memory>

#include "khien/core/bytes.hpp"

namespace khien::seal {

template <auto free_it>
struct FreeBy {
  template <class T>
  void operator()(T* object) const {
    free_it(object);
  }
};
using Certificate = std::unique_ptr<X509, FreeBy<X509_free>>;
using Memory = std::unique_ptr<BIO, FreeBy<BIO_free>>;

// None if it is no certificate, or more than one.
Certificate read_certificate(ByteView der);

}  // namespace khien::seal
