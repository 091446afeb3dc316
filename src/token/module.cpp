#include "module.hpp"

#include <dlfcn.h>

#include <p11-kit/pkcs11.h>

#include <algorithm>
#include <array>
#include <utility>

#include "khien/core/hash.hpp"
#include "khien/core/text.hpp"

namespace khien::token {
namespace {

constexpr std::size_t kMaxCertificates = 8;
constexpr std::size_t kMaxCertificateBytes = 16u << 10;
constexpr std::size_t kMaxSlots = 64;
constexpr CK_ULONG kMaxSignature = 1024;  // RSA of 8192 bits

// RFC 8017 §9.2: DigestInfo of SHA-256, before the digest.
constexpr std::string_view kSha256Info("\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20", 19);

Error failed(std::string_view what, CK_RV rv) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (int shift = 28; shift >= 0; shift -= 4) hex += kDigits[rv >> shift & 0xf];
  const bool gone = rv == CKR_TOKEN_NOT_PRESENT || rv == CKR_DEVICE_REMOVED || rv == CKR_DEVICE_ERROR;
  return Error(gone ? Code::unavailable : Code::invalid, "token: " + std::string(what) + ": CKR 0x" + hex);
}

bool is_wrong(CK_RV rv) { return rv == CKR_PIN_INCORRECT || rv == CKR_PIN_INVALID || rv == CKR_PIN_LEN_RANGE; }

unsigned char* octets(std::string_view text) { return reinterpret_cast<unsigned char*>(const_cast<char*>(text.data())); }

// Labels are padded with blanks to 32 bytes.
std::string_view label_of(const CK_TOKEN_INFO& info) {
  std::string_view label(reinterpret_cast<const char*>(info.label), sizeof info.label);
  while (label.ends_with(' ')) label.remove_suffix(1);
  return label;
}

struct Library {
  void* handle = nullptr;
  ~Library() {
    if (handle != nullptr) dlclose(handle);
  }
};

}  // namespace

struct Module::Impl {
  Library library;
  CK_FUNCTION_LIST* calls = nullptr;
};

Module::Module(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Module::Module(Module&&) noexcept = default;
Module::~Module() = default;

Result<Module> Module::load(const std::string& path) {
  auto impl = std::make_unique<Impl>();
  impl->library.handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (impl->library.handle == nullptr) {
    const char* why = dlerror();
    return Error(Code::not_found, "the PKCS #11 module cannot be loaded: " + printable(why == nullptr ? path : std::string(why)));
  }
  const auto get_list = reinterpret_cast<CK_C_GetFunctionList>(dlsym(impl->library.handle, "C_GetFunctionList"));
  const bool is_module = get_list != nullptr && get_list(&impl->calls) == CKR_OK && impl->calls != nullptr;
  if (!is_module) return Error(Code::invalid, path + " is no PKCS #11 module");
  return Module(std::move(impl));
}

struct Module::Session::Impl {
  CK_FUNCTION_LIST* calls;
  CK_SLOT_ID slot = 0;
  CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
  bool logged_in = false;

  ~Impl() {
    if (logged_in) calls->C_Logout(session);
    if (session != CK_INVALID_HANDLE) calls->C_CloseSession(session);
    calls->C_Finalize(nullptr);
  }

  Result<void> find_slot(std::string_view token);
  Result<std::vector<CK_OBJECT_HANDLE>> find(CK_ATTRIBUTE* wanted, CK_ULONG count) const;
  Result<Bytes> certificate(CK_OBJECT_HANDLE object) const;
  Result<CK_OBJECT_HANDLE> private_key(std::string_view key, KeyKind kind) const;
  bool asks_at_each_use(CK_OBJECT_HANDLE key) const;
};

Result<void> Module::Session::Impl::find_slot(std::string_view token) {
  std::array<CK_SLOT_ID, kMaxSlots> slots{};
  CK_ULONG count = slots.size();
  if (const CK_RV rv = calls->C_GetSlotList(CK_TRUE, slots.data(), &count); rv != CKR_OK) return failed("list of slots", rv);
  std::size_t found = 0;
  for (std::size_t i = 0; i < count; ++i) {
    CK_TOKEN_INFO info{};
    if (calls->C_GetTokenInfo(slots[i], &info) != CKR_OK || label_of(info) != token) continue;
    slot = slots[i];
    ++found;
  }
  if (found == 0) return Error(Code::not_found, "no token '" + printable(std::string(token)) + "' is plugged in");
  if (found > 1) return Error(Code::conflict, "several tokens are called '" + printable(std::string(token)) + "'");
  return {};
}

Result<std::vector<CK_OBJECT_HANDLE>> Module::Session::Impl::find(CK_ATTRIBUTE* wanted, CK_ULONG count) const {
  if (const CK_RV rv = calls->C_FindObjectsInit(session, wanted, count); rv != CKR_OK) return failed("search", rv);
  std::vector<CK_OBJECT_HANDLE> objects(kMaxCertificates);
  CK_ULONG found = 0;
  const CK_RV rv = calls->C_FindObjects(session, objects.data(), objects.size(), &found);
  calls->C_FindObjectsFinal(session);
  if (rv != CKR_OK) return failed("search", rv);
  objects.resize(std::min<std::size_t>(found, objects.size()));
  return objects;
}

Result<Bytes> Module::Session::Impl::certificate(CK_OBJECT_HANDLE object) const {
  CK_ATTRIBUTE value{CKA_VALUE, nullptr, 0};
  if (const CK_RV rv = calls->C_GetAttributeValue(session, object, &value, 1); rv != CKR_OK) return failed("certificate", rv);
  if (value.ulValueLen == 0 || value.ulValueLen > kMaxCertificateBytes) return Error(Code::invalid, "token: a certificate of no sensible size");
  Bytes bytes(value.ulValueLen);
  value.pValue = bytes.data();
  if (const CK_RV rv = calls->C_GetAttributeValue(session, object, &value, 1); rv != CKR_OK) return failed("certificate", rv);
  return bytes;
}

Result<CK_OBJECT_HANDLE> Module::Session::Impl::private_key(std::string_view key, KeyKind kind) const {
  CK_OBJECT_CLASS object = CKO_PRIVATE_KEY;
  CK_KEY_TYPE type = kind == KeyKind::rsa ? CKK_RSA : CKK_EC;
  std::array wanted{CK_ATTRIBUTE{CKA_CLASS, &object, sizeof object}, CK_ATTRIBUTE{CKA_KEY_TYPE, &type, sizeof type},
                    CK_ATTRIBUTE{CKA_LABEL, octets(key), key.size()}};
  TRY(const auto keys, find(wanted.data(), wanted.size()));
  if (keys.empty()) return Error(Code::not_found, "the token has no key of its certificate's kind '" + printable(std::string(key)) + "'");
  if (keys.size() > 1) return Error(Code::conflict, "the token has several keys '" + printable(std::string(key)) + "'");
  return keys[0];
}

bool Module::Session::Impl::asks_at_each_use(CK_OBJECT_HANDLE key) const {
  CK_BBOOL always = CK_FALSE;
  CK_ATTRIBUTE wanted{CKA_ALWAYS_AUTHENTICATE, &always, sizeof always};
  return calls->C_GetAttributeValue(session, key, &wanted, 1) == CKR_OK && always == CK_TRUE;
}

Module::Session::Session(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Module::Session::Session(Session&&) noexcept = default;
Module::Session::~Session() = default;

Result<Module::Session> Module::open(std::string_view token) const {
  CK_C_INITIALIZE_ARGS arguments{};
  arguments.flags = CKF_OS_LOCKING_OK;
  // Initialised already would be somebody else's sessions, and their login.
  if (const CK_RV rv = impl_->calls->C_Initialize(&arguments); rv != CKR_OK) return failed("start of the module", rv);
  std::unique_ptr<Session::Impl> session(new Session::Impl{.calls = impl_->calls});
  TRY_VOID(session->find_slot(token));
  const CK_RV rv = impl_->calls->C_OpenSession(session->slot, CKF_SERIAL_SESSION, nullptr, nullptr, &session->session);
  if (rv != CKR_OK) return failed("session", rv);
  return Session(std::move(session));
}

Result<Tries> Module::Session::tries() const {
  CK_TOKEN_INFO info{};
  if (const CK_RV rv = impl_->calls->C_GetTokenInfo(impl_->slot, &info); rv != CKR_OK) return failed("token", rv);
  return Tries{.low = (info.flags & CKF_USER_PIN_COUNT_LOW) != 0,
               .last = (info.flags & CKF_USER_PIN_FINAL_TRY) != 0,
               .locked = (info.flags & CKF_USER_PIN_LOCKED) != 0,
               .no_pin = (info.flags & CKF_USER_PIN_INITIALIZED) == 0};
}

Result<std::vector<Bytes>> Module::Session::certificates(std::string_view key) const {
  CK_OBJECT_CLASS kind = CKO_CERTIFICATE;
  std::array wanted{CK_ATTRIBUTE{CKA_CLASS, &kind, sizeof kind}, CK_ATTRIBUTE{CKA_LABEL, octets(key), key.size()}};
  TRY(const auto own, impl_->find(wanted.data(), 2));
  if (own.empty()) return Error(Code::not_found, "the token has no certificate '" + printable(std::string(key)) + "'");
  TRY(const auto all, impl_->find(wanted.data(), 1));
  std::vector<Bytes> certificates;
  TRY(auto first, impl_->certificate(own[0]));
  certificates.push_back(std::move(first));
  for (const CK_OBJECT_HANDLE object : all) {
    if (object == own[0] || certificates.size() == kMaxCertificates) continue;
    TRY(auto other, impl_->certificate(object));
    certificates.push_back(std::move(other));
  }
  return certificates;
}

Module::Session::Login Module::Session::login(std::string_view pin) {
  switch (impl_->calls->C_Login(impl_->session, CKU_USER, octets(pin), pin.size())) {
    case CKR_OK: impl_->logged_in = true; return Login::right;
    case CKR_PIN_INCORRECT:
    case CKR_PIN_INVALID:
    case CKR_PIN_LEN_RANGE: return Login::wrong;
    case CKR_PIN_LOCKED: return Login::locked;
    case CKR_USER_ALREADY_LOGGED_IN:
    case CKR_USER_ANOTHER_ALREADY_LOGGED_IN:
    case CKR_USER_TOO_MANY_TYPES: return Login::taken;
    default: return Login::failed;
  }
}

Result<Bytes> Module::Session::sign(std::string_view key, KeyKind kind, ByteView bytes, std::string_view pin) {
  TRY(const auto handle, impl_->private_key(key, kind));
  const bool rsa = kind == KeyKind::rsa;
  CK_MECHANISM mechanism{rsa ? CKM_RSA_PKCS : CKM_ECDSA, nullptr, 0};
  if (const CK_RV rv = impl_->calls->C_SignInit(impl_->session, &mechanism, handle); rv != CKR_OK) return failed("signing", rv);
  if (impl_->asks_at_each_use(handle)) {
    const CK_RV rv = impl_->calls->C_Login(impl_->session, CKU_CONTEXT_SPECIFIC, octets(pin), pin.size());
    if (is_wrong(rv) || rv == CKR_PIN_LOCKED) return Error(Code::denied, "the key's own PIN is wrong");
    if (rv != CKR_OK) return failed("the key's own login", rv);
  }
  const Sha256 digest = sha256(bytes);
  const std::string info = std::string(rsa ? kSha256Info : std::string_view()) + std::string(as_text(digest.view()));
  Bytes signature(kMaxSignature);
  CK_ULONG size = signature.size();
  const CK_RV rv = impl_->calls->C_Sign(impl_->session, octets(info), info.size(), reinterpret_cast<CK_BYTE*>(signature.data()), &size);
  if (rv != CKR_OK) return failed("signing", rv);
  signature.resize(std::min<std::size_t>(size, signature.size()));
  return signature;
}

}  // namespace khien::token
