#ifndef NEARER_CORE_RESULT_H_
#define NEARER_CORE_RESULT_H_

#include <string>
#include <utility>
#include <variant>

namespace nearer {

// What went wrong, in words for the person who can mend it: what, where, and
// what to do. Never carries anything a person in conversation wrote.
struct Error {
  std::string message;
};

// Either a T or an E that says why there is none. A caller asks `ok()` before
// it takes either; taking the one that is absent throws
// std::bad_variant_access.
template <typename T, typename E = Error>
class [[nodiscard]] Result {
 public:
  Result(T value) : either_(std::in_place_index<0>, std::move(value)) {}
  Result(E error) : either_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return either_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return std::get<0>(either_); }
  const T& value() const& { return std::get<0>(either_); }
  T&& value() && { return std::get<0>(std::move(either_)); }
  const E& error() const { return std::get<1>(either_); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, E> either_;
};

// A Result that carries nothing but success.
struct Done {};

}  // namespace nearer

#endif  // NEARER_CORE_RESULT_H_
