// A place inside a JSON document, for messages: "$.inventory.devices[0].units". A chain of values
// on the stack; building text costs nothing until there is something to say.
#ifndef TPP_EXPORTERS_JSON_PATH_H
#define TPP_EXPORTERS_JSON_PATH_H

#include <cstddef>
#include <string>
#include <string_view>

namespace tpp::json_form {

class JsonPath {
 public:
  JsonPath() = default;
  JsonPath member(std::string_view name) const { return JsonPath(this, name, 0); }
  JsonPath element(std::size_t index) const { return JsonPath(this, {}, index); }

  std::string text() const {
    if (parent_ == nullptr) return "$";
    const std::string before = parent_->text();
    if (member_.data() == nullptr) return before + "[" + std::to_string(index_) + "]";
    return before + "." + std::string(member_);
  }

 private:
  JsonPath(const JsonPath* parent, std::string_view name, std::size_t index)
      : parent_(parent), member_(name), index_(index) {}

  const JsonPath* parent_ = nullptr;
  std::string_view member_;
  std::size_t index_ = 0;
};

}  // namespace tpp::json_form

#endif
