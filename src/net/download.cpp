#include "khien/net/download.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>

#include "curl.hpp"
#include "khien/core/assert.hpp"

namespace khien::net {
namespace {

constexpr std::size_t kMaxHeaderBytes = 64u << 10;
constexpr std::size_t kMaxMarkBytes = 512;
constexpr std::size_t kMaxUrlBytes = 2u << 10;
constexpr long kMaxRedirects = 5;
constexpr long kConnectMs = 20'000;
constexpr long kSlowBytesPerSecond = 1'024;
constexpr long kSlowForSeconds = 60;

struct Arriving {
  const Fd& into;
  const DownloadOptions& options;
  Downloaded file = {};
  std::size_t header_bytes = 0;
  std::uint64_t written = 0;
  std::string failure = {};  // ours; empty: libcurl's own
  Code code = Code::unavailable;

  std::size_t fail(Code why, std::string what) {
    code = why;
    failure = std::move(what);
    return 0;
  }
};

bool is_header(std::string_view line, std::string_view name) {
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  return line.size() > name.size() && line[name.size()] == ':' && std::ranges::equal(line.substr(0, name.size()), name, same);
}

// One that is no plain text is none: it will be asked for whole.
std::string mark_of(std::string_view value) {
  const bool plain = std::ranges::all_of(value, [](char c) { return c >= ' ' && c <= '~'; });
  return plain && value.size() <= kMaxMarkBytes ? std::string(value) : std::string();
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* into) {
  auto& arriving = *static_cast<Arriving*>(into);
  const std::string_view line(data, size);
  arriving.header_bytes += size;
  if (arriving.header_bytes > kMaxHeaderBytes) return arriving.fail(Code::exhausted, "too many headers");
  // Each answer begins anew: one that leads on comes before the one that counts.
  if (line.starts_with("HTTP/")) arriving.file.mark = {};
  const auto value = [&](std::string_view name) { return mark_of(trimmed(line.substr(name.size() + 1))); };
  if (is_header(line, "etag")) arriving.file.mark.etag = value("etag");
  if (is_header(line, "last-modified")) arriving.file.mark.last_modified = value("last-modified");
  return size;
}

std::size_t take_body(char* data, std::size_t, std::size_t size, void* into) {
  auto& arriving = *static_cast<Arriving*>(into);
  if (size > arriving.options.max_bytes - arriving.written) {
    return arriving.fail(Code::exhausted, "the file has more than " + std::to_string(arriving.options.max_bytes) + " bytes");
  }
  for (std::size_t done = 0; done < size;) {
    const ssize_t wrote = ::write(arriving.into.get(), data + done, size - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return arriving.fail(Code::exhausted, system_error("write", errno).what());
    done += static_cast<std::size_t>(wrote);
  }
  arriving.written += size;
  return size;
}

int shall_stop(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(stop)->load() ? 1 : 0;
}

class Download {
 public:
  Download(CurlPointer curl, Arriving& arriving) : curl_(std::move(curl)), arriving_(arriving) {}

  Result<Downloaded> run(const std::string& url, const FileMark& known) {
    const auto& options = arriving_.options;
    set(CURLOPT_URL, url.c_str());
    set_limits(options);
    set_trust(options);
    const CurlListPointer asked = headers(known);
    set(CURLOPT_HTTPHEADER, asked.get());
    const NoBrokenPipe no_broken_pipe;
    const CURLcode code = curl_easy_perform(curl_.get());
    if (!arriving_.failure.empty()) return Error(arriving_.code, arriving_.failure);
    if (code == CURLE_ABORTED_BY_CALLBACK) return Error(Code::unavailable, "given up");
    if (code == CURLE_TOO_MANY_REDIRECTS) return Error(Code::invalid, "more than five redirects");
    if (code != CURLE_OK) return curl_failure(code, detail_.data());
    return judged(!known.etag.empty() || !known.last_modified.empty());
  }

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    khien_assert(curl_easy_setopt(curl_.get(), option, value) == CURLE_OK);
  }

  void set_limits(const DownloadOptions& options) {
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_ERRORBUFFER, detail_.data());
    set(CURLOPT_PROTOCOLS_STR, "https");
    set(CURLOPT_REDIR_PROTOCOLS_STR, "https");
    set(CURLOPT_FOLLOWLOCATION, options.key == nullptr ? 1L : 0L);
    set(CURLOPT_MAXREDIRS, kMaxRedirects);
    set(CURLOPT_PROXY, options.proxy.c_str());
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(CURLOPT_CONNECTTIMEOUT_MS, kConnectMs);
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout.ms));
    set(CURLOPT_LOW_SPEED_LIMIT, kSlowBytesPerSecond);
    set(CURLOPT_LOW_SPEED_TIME, kSlowForSeconds);
    set(CURLOPT_USERAGENT, "khien");
    set(CURLOPT_HEADERFUNCTION, take_header);
    set(CURLOPT_HEADERDATA, &arriving_);
    set(CURLOPT_WRITEFUNCTION, take_body);
    set(CURLOPT_WRITEDATA, &arriving_);
    if (options.stop == nullptr) return;
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, shall_stop);
    set(CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(options.stop));
  }

  void set_trust(const DownloadOptions& options) {
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    if (options.ca_file.empty()) return;
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    set(CURLOPT_CAINFO, options.ca_file.c_str());
  }

  CurlListPointer headers(const FileMark& known) const {
    CurlListPointer list;
    const auto append = [&](const std::string& line) {
      curl_slist* longer = curl_slist_append(list.get(), line.c_str());
      khien_assert(longer != nullptr);
      static_cast<void>(list.release());
      list.reset(longer);
    };
    append("Accept: */*");
    if (const auto& options = arriving_.options; options.key != nullptr) append(std::string(options.key_header) + ": " + std::string(options.key->reveal()));
    if (!known.etag.empty()) append("If-None-Match: " + known.etag);
    else if (!known.last_modified.empty()) append("If-Modified-Since: " + known.last_modified);
    return list;
  }

  // `asked_by_mark`: only then can it be what is known.
  Result<Downloaded> judged(bool asked_by_mark) {
    long status = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
    if (status == 304 && asked_by_mark) return std::move(arriving_.file);
    if (status == 200) {
      arriving_.file.changed = true;
      arriving_.file.bytes = arriving_.written;
      return std::move(arriving_.file);
    }
    const bool is_passing = status == 408 || status == 425 || status == 429 || status >= 500;
    return Error(is_passing ? Code::unavailable : Code::invalid, "HTTP " + std::to_string(status));
  }

  std::array<char, CURL_ERROR_SIZE> detail_{};
  CurlPointer curl_;  // after what it points into
  Arriving& arriving_;
};

}  // namespace

Result<Downloaded> download(const std::string& url, const FileMark& known, const DownloadOptions& options, const Fd& into) {
  khien_assert(into);
  khien_assert((options.key == nullptr) == (options.key_header == nullptr));
  if (!url.starts_with("https://") || url.size() > kMaxUrlBytes) return Error(Code::invalid, "must be an https address");
  begin_curl();
  CurlPointer curl(curl_easy_init());
  if (!curl) return Error(Code::exhausted, "no memory for an HTTP client");
  Arriving arriving{.into = into, .options = options};
  return Download(std::move(curl), arriving).run(url, known);
}

}  // namespace khien::net
