#include "khien/botnet/address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "khien/crawl/ip_address.hpp"

namespace khien::botnet {
namespace {

// The longest spelling of an endpoint has 55 characters; with dots in brackets more.
constexpr std::size_t kMostWord = 80;

void put_v4(Address& address, const std::uint8_t* four) {
  address.bytes[10] = address.bytes[11] = std::byte{0xff};
  for (std::size_t i = 0; i < 4; ++i) address.bytes[12 + i] = std::byte{four[i]};
}

std::optional<Address> parse(std::string_view text) {
  const auto parsed = crawl::IpAddress::parse(text);
  if (!parsed) return std::nullopt;
  Address address;
  if (!parsed->v6) {
    put_v4(address, parsed->bytes.data());
  } else {
    std::ranges::transform(parsed->bytes, address.bytes.begin(), [](std::uint8_t b) { return std::byte{b}; });
  }
  return address;
}

std::optional<int> port_of(std::string_view text) {
  int number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number >= 1 && number <= 65'535 ? std::optional(number) : std::nullopt;
}

// Lists that are mailed write "203[.]0[.]113[.]5", so that nobody clicks on it.
std::string with_plain_dots(std::string_view word) {
  std::string text;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const auto three = word.substr(i, 3);
    const bool wrapped = three == "[.]" || three == "(.)";
    text += wrapped ? '.' : word[i];
    if (wrapped) i += 2;
  }
  return text;
}

using Read = std::variant<Endpoint, AddressFault>;

Read with_port(std::string_view address, std::string_view port) {
  const auto parsed = parse(address);
  if (!parsed) return AddressFault::not_an_address;
  const auto number = port_of(port);
  if (!number) return AddressFault::port;
  return Endpoint{*parsed, number};
}

Read read_brackets(std::string_view text) {
  const auto end = text.find(']');
  if (end == text.npos) return AddressFault::not_an_address;
  const auto inside = text.substr(1, end - 1);
  const auto rest = text.substr(end + 1);
  if (rest.starts_with(':')) return with_port(inside, rest.substr(1));
  const auto parsed = parse(inside);
  return parsed && rest.empty() ? Read(Endpoint{*parsed, {}}) : Read(AddressFault::not_an_address);
}

Read read_block(std::string_view address, std::string_view prefix) {
  const auto parsed = parse(address);
  if (!parsed) return AddressFault::not_an_address;
  const bool alone = prefix == (parsed->is_v4() ? "32" : "128");
  return alone ? Read(Endpoint{*parsed, {}}) : Read(AddressFault::is_range);
}

crawl::IpAddress for_registry(const Address& address) {
  crawl::IpAddress ip;
  ip.v6 = !address.is_v4();
  const std::size_t first = ip.v6 ? 0 : 12;
  for (std::size_t i = first; i < 16; ++i) ip.bytes[i - first] = static_cast<std::uint8_t>(address.bytes[i]);
  return ip;
}

}  // namespace

bool Address::is_v4() const {
  const auto zero = [](std::byte b) { return b == std::byte{0}; };
  return std::all_of(bytes.begin(), bytes.begin() + 10, zero) && bytes[10] == std::byte{0xff} && bytes[11] == std::byte{0xff};
}

std::string Address::text() const { return for_registry(*this).text(); }

std::optional<Address> address_from_bytes(ByteView bytes) {
  Address address;
  if (bytes.size() != address.bytes.size()) return std::nullopt;
  std::ranges::copy(bytes, address.bytes.begin());
  return address;
}

LocalText words_of(AddressFault fault) {
  switch (fault) {
    case AddressFault::is_range:
      return {"Đây là một dải địa chỉ. Danh sách phải ghi từng địa chỉ.", "This is a range. A list names each address."};
    case AddressFault::port: return {"Cổng phải là số từ 1 đến 65535.", "A port is a number from 1 to 65535."};
    case AddressFault::not_an_address: break;
  }
  return {"Không phải địa chỉ IP.", "Not an IP address."};
}

Read read_endpoint(std::string_view word) {
  if (word.size() > kMostWord) return AddressFault::not_an_address;
  const std::string text = with_plain_dots(word);
  if (text.starts_with('[')) return read_brackets(text);
  if (const auto parsed = parse(text)) return Endpoint{*parsed, {}};
  if (const auto slash = text.find('/'); slash != text.npos) {
    return read_block(std::string_view(text).substr(0, slash), std::string_view(text).substr(slash + 1));
  }
  if (const auto dash = text.find('-'); dash != text.npos && parse(std::string_view(text).substr(0, dash))) return AddressFault::is_range;
  const auto colon = text.find(':');
  if (colon != text.npos && text.find('.') < colon) {
    return with_port(std::string_view(text).substr(0, colon), std::string_view(text).substr(colon + 1));
  }
  return AddressFault::not_an_address;
}

std::optional<LocalText> not_public(const Address& address) {
  switch (crawl::use_of(for_registry(address))) {
    case crawl::AddressUse::open:
    case crawl::AddressUse::documentation: return std::nullopt;
    case crawl::AddressUse::private_use:
      return LocalText{"Địa chỉ nội bộ (dùng riêng trong mạng), bên ngoài không thấy được.",
                       "A private address: nobody outside can have seen it."};
    case crawl::AddressUse::shared:
      return LocalText{"Địa chỉ dùng chung của nhà mạng (100.64.0.0/10), bên ngoài không thấy được.",
                       "An address shared behind a carrier's NAT: nobody outside can have seen it."};
    case crawl::AddressUse::loopback:
      return LocalText{"Địa chỉ của chính máy (loopback).", "A loopback address."};
    default: break;
  }
  return LocalText{"Địa chỉ dành riêng, không có trên Internet.", "A reserved address that is not on the Internet."};
}

}  // namespace khien::botnet
