// Nothing is acknowledged that the ledger did not commit.
#include "khien/store/ledger.hpp"

const khien::store::AckToken& from_ledger();

auto use() {
#ifdef MISUSE
  return khien::store::AckToken(khien::Acknowledgement{}, 1).stored();
#else
  return from_ledger().stored();
#endif
}
