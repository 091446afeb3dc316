#include "static_files.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace khien::api {
namespace {

const EmbeddedFile* find(std::span<const EmbeddedFile> files, std::string_view path) {
  const auto found = std::ranges::find(files, path, &EmbeddedFile::path);
  return found == files.end() ? nullptr : &*found;
}

const EmbeddedFile* file_for(std::span<const EmbeddedFile> files, std::string_view path) {
  if (const auto* file = find(files, path)) return file;
  const auto last = path.substr(path.rfind('/') + 1);
  return last.find('.') == last.npos ? find(files, "/index.html") : nullptr;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Does the client take this coding? "br", "br;q=0.5", but not "br;q=0".
bool accepts(std::string_view header, std::string_view coding) {
  while (!header.empty()) {
    const auto comma = header.find(',');
    const auto part = header.substr(0, comma);
    header = comma == header.npos ? std::string_view() : header.substr(comma + 1);
    const auto semicolon = part.find(';');
    if (trimmed(part.substr(0, semicolon)) != coding) continue;
    const auto weight = semicolon == part.npos ? std::string_view() : trimmed(part.substr(semicolon + 1));
    return weight.find_first_of("123456789") != weight.npos || !weight.starts_with("q=0");
  }
  return false;
}

bool has_etag(const net::Request& request, std::string_view etag) {
  const auto wanted = request.headers.get("if-none-match");
  // Compared as a list of whole tags; "W/" does not matter (RFC 9110 §13.1.2).
  std::string_view rest = wanted.value_or("");
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    auto tag = trimmed(rest.substr(0, comma));
    rest = comma == rest.npos ? std::string_view() : rest.substr(comma + 1);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == etag) return true;
  }
  return false;
}

void choose_body(const EmbeddedFile& file, const net::Request& request, net::Response& response) {
  const auto accepted = request.headers.get("accept-encoding").value_or("");
  if (!file.br.empty() && accepts(accepted, "br")) {
    response.headers.add("Content-Encoding", "br");
    response.static_body = file.br;
  } else if (!file.gz.empty() && accepts(accepted, "gzip")) {
    response.headers.add("Content-Encoding", "gzip");
    response.static_body = file.gz;
  } else {
    response.static_body = file.plain;
  }
}

}  // namespace

net::Response answer_static(std::span<const EmbeddedFile> files, const net::Request& request) {
  net::Response response;
  const bool reads = request.method == net::Method::get || request.method == net::Method::head;
  const auto* file = reads ? file_for(files, request.path) : nullptr;
  if (file == nullptr) {
    response.status = reads ? 404 : 405;
    if (!reads) response.headers.add("Allow", "GET, HEAD");
    response.headers.add("Cache-Control", "no-store");
    return response;
  }
  response.headers.add("Content-Type", std::string(file->mime));
  response.headers.add("ETag", std::string(file->etag));
  response.headers.add("Vary", "Accept-Encoding");
  response.headers.add("Cache-Control", file->immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (has_etag(request, file->etag)) {
    response.status = 304;
  } else {
    choose_body(*file, request, response);
  }
  return response;
}

void add_security_headers(net::Response& response, std::string_view content_policy) {
  auto& headers = response.headers;
  headers.add("Content-Security-Policy", std::string(content_policy));
  headers.add("X-Content-Type-Options", "nosniff");
  headers.add("Referrer-Policy", "no-referrer");
  headers.add("Cross-Origin-Opener-Policy", "same-origin");
  headers.add("Cross-Origin-Resource-Policy", "same-origin");
  headers.add("Strict-Transport-Security", "max-age=31536000");
}

}  // namespace khien::api
