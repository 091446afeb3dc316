#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

// libqpdf 11's headers do not compile as C++20 under clang (a vector of an incomplete type
// in JSON.hh), so it stands behind this door, which is C++17 and includes nothing of ours.
namespace khien::seal {

struct QpdfSignature {
  std::string sub_filter;  // without '/'
  std::vector<long long> range;
  std::string contents;
  std::string date;
};

// Both: empty, or what is wrong. They throw nothing.

// All signature dictionaries of a file that is read without repair, at most `most`.
// `go_on` is asked before each object.
std::string qpdf_signatures(const char* data, std::size_t size, std::size_t most, const std::function<bool()>& go_on,
                            std::vector<QpdfSignature>& found);

enum class Since {
  signatures,  // signature fields that show nothing; the document's own record of them
  pictured,    // the same, but one of them shows a picture of the size of a signature
  shown,       // the same, but one of them shows more than that, or does something
  more,        // anything else, or a file that cannot be read
};

// What was added to the first `earlier` bytes of a file? An object that was there may differ
// in a list of fields or annotations that grew at its end, in an empty signature field that was
// signed, in the catalog's /AcroForm, /DSS and /Metadata, in /ModDate and /Producer; and only if
// nothing else refers to it, for it might be a page's content under a second name.
Since qpdf_since(const char* data, std::size_t earlier, std::size_t size, const std::function<bool()>& go_on);

struct QpdfSigning {
  std::string range_and_contents;  // these two entries, with room for what is not known yet
  std::string date, name, reason, location;
};

// What to append to the file: an update with a signature and its field, without size, on the
// first page.
std::string qpdf_add_signature(const char* data, std::size_t size, const QpdfSigning& signing, std::string& update);

}  // namespace khien::seal
