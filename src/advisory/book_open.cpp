#include <cstring>

#include "book_format.hpp"
#include "khien/advisory/book.hpp"

namespace khien::advisory {

namespace format = book_format;

Result<Book> Book::open(std::string_view bytes) {
  TRY(auto book, open_summed(bytes));
  const Sha256 sum = sha256(bytes.substr(format::kSectionsAt));
  if (std::memcmp(sum.bytes.data(), bytes.data() + format::kSumAt, sum.bytes.size()) == 0) return book;
  return Error(Code::corrupt, "advisory book: its bytes are not those that were written");
}

}  // namespace khien::advisory
