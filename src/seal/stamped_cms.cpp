#include "stamped_cms.hpp"

#include <openssl/asn1.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include <memory>
#include <utility>

#include "cms_reader.hpp"

namespace khien::seal {
namespace {

struct Free {
  void operator()(CMS_ContentInfo* cms) const { CMS_ContentInfo_free(cms); }
};
using Cms = std::unique_ptr<CMS_ContentInfo, Free>;

Error failed() {
  ERR_clear_error();
  return Error(Code::corrupt, "the signer's CMS cannot be read");
}

Result<Bytes> encoded(CMS_ContentInfo* cms) {
  unsigned char* out = nullptr;
  const int size = i2d_CMS_ContentInfo(cms, &out);
  if (size <= 0) return failed();
  const ByteView bytes = as_bytes({reinterpret_cast<const char*>(out), static_cast<std::size_t>(size)});
  Bytes copy(bytes.begin(), bytes.end());
  OPENSSL_free(out);
  return copy;
}

}  // namespace

Result<StampedCms> with_time_stamp(ByteView cms, TimeStamper& stamper) {
  TRY(const auto read, read_cms(cms, kOidData));
  if (!read.time_stamp.empty()) return Error(Code::corrupt, "the signer's CMS is stamped already");
  TRY(const auto token, stamper.stamp(read.signature));
  const auto* bytes = reinterpret_cast<const unsigned char*>(cms.data());
  const Cms parsed(d2i_CMS_ContentInfo(nullptr, &bytes, static_cast<long>(cms.size())));
  if (!parsed) return failed();
  STACK_OF(CMS_SignerInfo)* signers = CMS_get0_SignerInfos(parsed.get());
  if (sk_CMS_SignerInfo_num(signers) != 1) return failed();
  const int added = CMS_unsigned_add1_attr_by_NID(sk_CMS_SignerInfo_value(signers, 0), NID_id_smime_aa_timeStampToken, V_ASN1_SEQUENCE,
                                                  token.der.data(), static_cast<int>(token.der.size()));
  if (added != 1) return failed();
  TRY(auto stamped, encoded(parsed.get()));
  return StampedCms{std::move(stamped), token.at};
}

}  // namespace khien::seal
