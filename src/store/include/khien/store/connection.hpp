#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "khien/core/bytes.hpp"
#include "khien/core/id.hpp"
#include "khien/core/result.hpp"
#include "khien/core/time.hpp"

namespace khien::store {

// SQL that stood in the source as a literal; nothing else converts, so text
// from outside can only ever be a bound value.
class Sql {
 public:
  consteval Sql(const char* literal) : text_(literal) {}
  std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

// A value to bind. Text and bytes are borrowed until the statement ran.
class Value {
 public:
  Value(std::nullptr_t) : value_(nullptr) {}
  Value(std::int64_t v) : value_(v) {}
  Value(int v) : value_(std::int64_t{v}) {}
  Value(std::uint32_t v) : value_(std::int64_t{v}) {}
  Value(std::uint64_t v) : value_(static_cast<std::int64_t>(v)) {}
  Value(bool v) : value_(std::int64_t{v}) {}
  Value(double v) : value_(v) {}
  Value(std::string_view v) : value_(v) {}
  Value(const std::string& v) : value_(std::string_view(v)) {}
  Value(const char* v) : value_(std::string_view(v)) {}
  Value(ByteView v) : value_(v) {}
  Value(Timestamp v) : value_(v.ms) {}
  template <class Tag>
  Value(Id<Tag> v) : value_(v.value) {}

  using Variant = std::variant<std::nullptr_t, std::int64_t, double, std::string_view, ByteView>;
  const Variant& get() const { return value_; }

 private:
  Variant value_;
};

// The current row of a query. Views live until the visit returns.
class Row {
 public:
  std::int64_t integer(int column) const;
  double number(int column) const;
  std::string_view text(int column) const;
  ByteView bytes(int column) const;
  bool is_null(int column) const;
  Timestamp time(int column) const { return {integer(column)}; }
  template <class Tag>
  Id<Tag> id(int column) const { return {integer(column)}; }

 private:
  friend class Connection;
  explicit Row(void* statement) : statement_(statement) {}
  void* statement_;  // sqlite3_stmt
};

// One SQLite connection. Statements are prepared once and kept. Not
// thread-safe: a connection belongs to one thread at a time.
//
// Errors: a constraint is Code::conflict; a full disk is exhausted; a failed
// read, write or sync, or a locked file is unavailable; a damaged file is
// corrupt; anything else, such as wrong SQL, internal.
class Connection {
 public:
  struct Options {
    std::string path;
    bool read_only = false;
    std::string vfs = {};  // name of a registered VFS; SQLite's own if empty
  };
  static Result<Connection> open(const Options& options);
  // Without a WAL: for a file that is never written but locked.
  static Result<Connection> open_lock(const Options& options);

  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();

  using Values = std::initializer_list<Value>;
  using Visit = std::function<Result<void>(const Row&)>;

  // Runs a statement that gives no rows, and says how many it changed.
  Result<std::int64_t> run(Sql sql, Values values = {});
  // Visits each row until one visit fails.
  Result<void> query(Sql sql, Values values, const Visit& visit);
  // The first row must exist: Code::not_found otherwise.
  Result<void> query_one(Sql sql, Values values, const Visit& visit);
  std::int64_t last_insert_id() const;

  // Several statements from a migration's text, without values.
  Result<void> run_script(std::string_view script);

  // EXPLAIN QUERY PLAN as text, for tests.
  Result<std::string> plan_for_test(Sql sql);

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  explicit Connection(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace khien::store
