#include "khien/seal/signer_protocol.hpp"

#include <cstring>

namespace khien::seal {
namespace {

constexpr std::string_view kRequest = "KSQ1";
constexpr std::string_view kReply = "KSA1";
constexpr std::size_t kMaxId = 100;
constexpr std::size_t kMaxTitle = 500;
constexpr std::size_t kMaxWords = 600;
constexpr std::size_t kMaxParts = 16;

Error damaged() { return Error(Code::corrupt, "signer: a packet that nobody writes"); }

void append_number(std::string& packet, std::uint32_t number) {
  for (int shift = 0; shift < 32; shift += 8) packet += static_cast<char>(number >> shift & 0xff);
}

void append(std::string& packet, std::string_view field) {
  append_number(packet, static_cast<std::uint32_t>(field.size()));
  packet += field;
}

class Reader {
 public:
  explicit Reader(ByteView packet) : rest_(packet) {}

  Result<void> magic(std::string_view wanted) {
    if (!as_text(rest_).starts_with(wanted)) return damaged();
    rest_ = rest_.subspan(wanted.size());
    return {};
  }
  Result<std::uint8_t> byte(std::uint8_t most) {
    if (rest_.empty() || static_cast<std::uint8_t>(rest_[0]) > most) return damaged();
    const auto value = static_cast<std::uint8_t>(rest_[0]);
    rest_ = rest_.subspan(1);
    return value;
  }
  Result<ByteView> field(std::size_t most) {
    if (rest_.size() < 4) return damaged();
    std::uint32_t size = 0;
    for (std::size_t i = 0; i < 4; ++i) size |= static_cast<std::uint32_t>(rest_[i]) << (8 * i);
    if (size > most || size > rest_.size() - 4) return damaged();
    const ByteView field = rest_.subspan(4, size);
    rest_ = rest_.subspan(4 + size);
    return field;
  }
  Result<void> end() const {
    if (!rest_.empty()) return damaged();
    return {};
  }

 private:
  ByteView rest_;
};

Result<SigningJob> read_job(Reader& reader) {
  SigningJob job;
  TRY(const auto id, reader.field(kMaxId));
  TRY(const auto title, reader.field(kMaxTitle));
  TRY(const auto digest, reader.field(32));
  job.approval_id = as_text(id);
  job.title = as_text(title);
  TRY(job.digest, Sha256::from_bytes(digest));
  return job;
}

}  // namespace

std::string encode(const SignerRequest& request) {
  std::string packet(kRequest);
  packet += static_cast<char>(request.ask);
  packet += static_cast<char>(request.wrong_pins);
  packet += static_cast<char>(request.token_counts);
  append(packet, request.job.approval_id);
  append(packet, request.job.title);
  append(packet, as_text(request.job.digest.view()));
  append(packet, request.signed_info);
  return packet;
}

Result<SignerRequest> decode_signer_request(ByteView packet) {
  Reader reader(packet);
  TRY_VOID(reader.magic(kRequest));
  SignerRequest request;
  TRY(const auto ask, reader.byte(static_cast<std::uint8_t>(SignerRequest::Ask::sign_xml)));
  request.ask = static_cast<SignerRequest::Ask>(ask);
  TRY(request.wrong_pins, reader.byte(255));
  TRY(const auto counts, reader.byte(1));
  request.token_counts = counts == 1;
  TRY(request.job, read_job(reader));
  TRY(const auto signed_info, reader.field(kMaxSignedInfoBytes));
  request.signed_info = as_text(signed_info);
  TRY_VOID(reader.end());
  return request;
}

std::string encode(const SignerReply& reply) {
  std::string packet(kReply);
  packet += static_cast<char>(reply.code);
  packet += static_cast<char>(reply.login);
  packet += static_cast<char>(reply.token_counts);
  append(packet, std::string_view(reply.words).substr(0, kMaxWords));
  packet += static_cast<char>(reply.parts.size());
  for (const Bytes& part : reply.parts) append(packet, as_text(part));
  return packet;
}

Result<SignerReply> decode_signer_reply(ByteView packet) {
  Reader reader(packet);
  TRY_VOID(reader.magic(kReply));
  SignerReply reply;
  TRY(reply.code, reader.byte(static_cast<std::uint8_t>(Code::internal) + 1));
  TRY(const auto login, reader.byte(static_cast<std::uint8_t>(SignerReply::Login::wrong)));
  reply.login = static_cast<SignerReply::Login>(login);
  TRY(const auto counts, reader.byte(1));
  reply.token_counts = counts == 1;
  TRY(const auto words, reader.field(kMaxWords));
  reply.words = as_text(words);
  TRY(const auto parts, reader.byte(kMaxParts));
  for (int i = 0; i < parts; ++i) {
    TRY(const auto part, reader.field(kMaxSignerPacket));
    reply.parts.emplace_back(part.begin(), part.end());
  }
  TRY_VOID(reader.end());
  return reply;
}

}  // namespace khien::seal
