// Text from outside is a value to bind, never a statement.
#include <string>

#include "khien/store/connection.hpp"

khien::Result<std::int64_t> use(khien::store::Connection& connection, const std::string& name) {
#ifdef MISUSE
  return connection.run(name.c_str());
#else
  return connection.run("DELETE FROM unit WHERE name = ?1", {name});
#endif
}
