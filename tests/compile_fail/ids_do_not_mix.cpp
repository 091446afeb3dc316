// A unit's id is not a machine's.
#include "khien/model/ids.hpp"

void take(khien::MachineId);

void give() {
  take(khien::MachineId{1});
#ifdef MISUSE
  take(khien::UnitId{1});
#endif
}
