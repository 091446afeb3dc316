// A PKCS #11 module whose token never answers.
#include <p11-kit/pkcs11.h>
#include <unistd.h>

namespace {

CK_RV hang(void*) {
  for (;;) pause();
}

CK_FUNCTION_LIST list;

}  // namespace

extern "C" CK_RV C_GetFunctionList(CK_FUNCTION_LIST** out) {
  list.C_Initialize = hang;
  list.C_Finalize = [](void*) -> CK_RV { return CKR_OK; };
  *out = &list;
  return CKR_OK;
}
