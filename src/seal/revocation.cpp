#include "revocation.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <ctime>
#include <utility>

#include "openssl_pointers.hpp"
#include "trust.hpp"

namespace khien::seal {
namespace {

using CrlPointer = std::unique_ptr<X509_CRL, FreeBy<X509_CRL_free>>;

constexpr std::string_view kPem = "-----BEGIN X509 CRL-----";

struct List {
  CrlPointer crl;
  Timestamp made;
  std::optional<Timestamp> next;  // when the one after it is due
};

std::optional<Timestamp> time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return Timestamp{static_cast<std::int64_t>(timegm(&parts)) * 1000};
}

template <class T, auto free_it>
std::unique_ptr<T, FreeBy<free_it>> extension(void* found) {
  return std::unique_ptr<T, FreeBy<free_it>>(static_cast<T*>(found));
}

bool is_weak(const X509_CRL* crl) {
  int digest = NID_undef;
  if (OBJ_find_sigid_algs(X509_CRL_get_signature_nid(crl), &digest, nullptr) != 1) return false;
  return digest == NID_sha1 || digest == NID_md5 || digest == NID_md5_sha1;
}

// A part of a list, or one that says what nobody here understands, is no list.
bool is_understood(const X509_CRL* crl) {
  for (int i = 0; i < X509_CRL_get_ext_count(crl); ++i) {
    X509_EXTENSION* one = X509_CRL_get_ext(crl, i);
    const int kind = OBJ_obj2nid(X509_EXTENSION_get_object(one));
    if (kind == NID_delta_crl) return false;
    if (X509_EXTENSION_get_critical(one) == 1 && kind != NID_issuing_distribution_point) return false;
  }
  return true;
}

bool names_the_same(const DIST_POINT_NAME* a, const DIST_POINT_NAME* b) {
  constexpr int kFullName = 0;
  if (a == nullptr || b == nullptr || a->type != kFullName || b->type != kFullName) return false;
  for (int i = 0; i < sk_GENERAL_NAME_num(a->name.fullname); ++i) {
    for (int j = 0; j < sk_GENERAL_NAME_num(b->name.fullname); ++j) {
      if (GENERAL_NAME_cmp(sk_GENERAL_NAME_value(a->name.fullname, i), sk_GENERAL_NAME_value(b->name.fullname, j)) == 0) return true;
    }
  }
  return false;
}

// A list may be of some certificates only (RFC 5280 §5.2.5): then it must be of this one.
bool speaks_of(const X509_CRL* crl, X509* certificate) {
  const auto scope = extension<ISSUING_DIST_POINT, ISSUING_DIST_POINT_free>(X509_CRL_get_ext_d2i(crl, NID_issuing_distribution_point, nullptr, nullptr));
  if (!scope) return X509_CRL_get_ext_by_NID(crl, NID_issuing_distribution_point, -1) < 0;
  const bool is_ca = X509_check_ca(certificate) > 0;
  const bool part = scope->onlyattr != 0 || scope->indirectCRL != 0 || scope->onlysomereasons != nullptr || (scope->onlyuser != 0 && is_ca) || (scope->onlyCA != 0 && !is_ca);
  if (part) return false;
  if (scope->distpoint == nullptr) return true;
  const auto points = extension<CRL_DIST_POINTS, CRL_DIST_POINTS_free>(X509_get_ext_d2i(certificate, NID_crl_distribution_points, nullptr, nullptr));
  for (int i = 0; i < (points ? sk_DIST_POINT_num(points.get()) : 0); ++i) {
    if (names_the_same(scope->distpoint, sk_DIST_POINT_value(points.get(), i)->distpoint)) return true;
  }
  return false;
}

bool is_made_by(X509_CRL* crl, X509* issuer) {
  if (X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(issuer)) != 0) return false;
  const bool may = (X509_get_extension_flags(issuer) & EXFLAG_KUSAGE) == 0 || (X509_get_key_usage(issuer) & KU_CRL_SIGN) != 0;
  return may && X509_CRL_verify(crl, X509_get0_pubkey(issuer)) == 1;
}

long reason_of(const X509_REVOKED* entry) {
  const auto reason = extension<ASN1_ENUMERATED, ASN1_ENUMERATED_free>(X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, nullptr, nullptr));
  return reason ? ASN1_ENUMERATED_get(reason.get()) : CRL_REASON_NONE;
}

// What the authority did, or since when it says the key was in wrong hands.
Timestamp since_when(const X509_REVOKED* entry) {
  const Timestamp revoked = time_of(X509_REVOKED_get0_revocationDate(entry)).value_or(Timestamp{0});
  const auto invalid = extension<ASN1_GENERALIZEDTIME, ASN1_GENERALIZEDTIME_free>(X509_REVOKED_get_ext_d2i(entry, NID_invalidity_date, nullptr, nullptr));
  const auto known = time_of(invalid.get());
  return known && *known < revoked ? *known : revoked;
}

// Reasons that say nothing against what the key had done before (RFC 3161 §4).
bool is_harmless(long reason) {
  return reason == CRL_REASON_UNSPECIFIED || reason == CRL_REASON_AFFILIATION_CHANGED || reason == CRL_REASON_SUPERSEDED || reason == CRL_REASON_CESSATION_OF_OPERATION;
}

bool was_before(const X509_REVOKED* entry, Timestamp at, Moment moment) {
  if (moment == Moment::claimed || !(at < since_when(entry))) return false;
  return moment == Moment::proven || is_harmless(reason_of(entry));
}

std::string common_name_of(X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate, &der);
  if (size <= 0) return {};
  const std::string name = identity_of(as_bytes({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)})).subject;
  OPENSSL_free(der);
  return name;
}

}  // namespace

struct Revocations::Impl {
  std::vector<List> lists;  // by day
  std::size_t unread = 0;
  bool given = false;

  void add(X509_CRL* crl);
  void read(std::string_view file);
  std::vector<const List*> lists_of(X509* certificate, X509* issuer) const;
  Revoked judge(X509* certificate, X509* issuer, Timestamp at, Moment moment) const;
};

void Revocations::Impl::add(X509_CRL* read) {
  CrlPointer crl(read);
  const auto made = crl ? time_of(X509_CRL_get0_lastUpdate(crl.get())) : std::nullopt;
  if (!made || !is_understood(crl.get()) || is_weak(crl.get())) {
    ++unread;
    return;
  }
  const auto next = time_of(X509_CRL_get0_nextUpdate(crl.get()));
  lists.push_back({std::move(crl), *made, next});
}

void Revocations::Impl::read(std::string_view file) {
  if (file.find(kPem) == file.npos) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(file.data());
    add(d2i_X509_CRL(nullptr, &bytes, static_cast<long>(file.size())));
    return;
  }
  const Memory input(BIO_new_mem_buf(file.data(), static_cast<int>(file.size())));
  for (std::size_t at = 0; (at = file.find(kPem, at)) != file.npos && lists.size() < kMostRevocationLists; ++at) {
    add(PEM_read_bio_X509_CRL(input.get(), nullptr, nullptr, nullptr));
  }
}

Revocations::Revocations(const std::vector<std::string>& files) : impl_(std::make_unique<Impl>()) {
  impl_->given = !files.empty();
  for (const std::string& file : files) {
    if (impl_->lists.size() < kMostRevocationLists) impl_->read(file);
  }
  std::ranges::sort(impl_->lists, {}, &List::made);
  ERR_clear_error();
}

Revocations::~Revocations() = default;

std::vector<const List*> Revocations::Impl::lists_of(X509* certificate, X509* issuer) const {
  std::vector<const List*> own;
  for (const List& list : lists) {
    if (is_made_by(list.crl.get(), issuer) && speaks_of(list.crl.get(), certificate)) own.push_back(&list);
  }
  return own;
}

// Of all lists each entry counts, for nobody comes back from being revoked; but a certificate
// that was only held back may, and whether one was not named, one list alone can tell: the
// first made after the moment, while the certificate was still listed, or else the one that was
// in force at it.
Revoked Revocations::Impl::judge(X509* certificate, X509* issuer, Timestamp at, Moment moment) const {
  const auto own = lists_of(certificate, issuer);
  const auto ends = time_of(X509_get0_notAfter(certificate));
  const auto is_later = [&](const List* list) { return !(list->made < at) && ends && !(*ends < list->made); };
  const auto is_in_force = [&](const List* list) { return list->made < at && list->next && at < *list->next; };
  const List* deciding = nullptr;
  if (const auto later = std::ranges::find_if(own, is_later); later != own.end()) deciding = *later;
  for (const List* list : own) {
    if ((deciding == nullptr || deciding->made < at) && is_in_force(list)) deciding = list;
  }
  for (const List* list : own) {
    X509_REVOKED* entry = nullptr;
    if (X509_CRL_get0_by_cert(list->crl.get(), &entry, certificate) != 1 || entry == nullptr) continue;
    const bool counts = reason_of(entry) != CRL_REASON_CERTIFICATE_HOLD || list == deciding;
    if (!counts || was_before(entry, at, moment)) continue;
    return {.at = since_when(entry), .detail = "the certificate of " + common_name_of(certificate) + " was revoked at " + to_rfc3339(since_when(entry))};
  }
  if (deciding != nullptr) return {.revocation = Revocation::good, .lists_of = deciding->made};
  std::string why = "no list of revoked certificates by " + common_name_of(issuer);
  if (!own.empty()) why += " that is new enough: the newest is of " + to_rfc3339(own.back()->made);
  if (unread != 0) why += "; " + std::to_string(unread) + " of those given cannot be used";
  return {.revocation = Revocation::unknown, .detail = std::move(why)};
}

Revoked Revocations::judge(const std::vector<Bytes>& chain, Timestamp at, Moment moment) const {
  if (!impl_->given) return {};
  Revoked all{.revocation = Revocation::good};
  for (std::size_t i = 0; i + 1 < chain.size(); ++i) {
    const Certificate certificate = read_certificate(chain[i]), issuer = read_certificate(chain[i + 1]);
    if (!certificate || !issuer) return {.revocation = Revocation::unknown, .detail = "a certificate of the chain cannot be read"};
    Revoked one = impl_->judge(certificate.get(), issuer.get(), at, moment);
    ERR_clear_error();
    if (one.at) return one;
    if (one.revocation == Revocation::unknown && all.revocation == Revocation::good) {
      all.revocation = Revocation::unknown;
      all.lists_of.reset();
      all.detail = std::move(one.detail);
    }
    if (all.revocation == Revocation::good && (!all.lists_of || *one.lists_of < *all.lists_of)) all.lists_of = one.lists_of;
  }
  return all;
}

}  // namespace khien::seal
