// What an environment variable, or a file of the home folder where that is not set, asks of a fake
// library (words apart by spaces): name=value, and
//
//   fail=hipMalloc:2:3            the third such call and those after it answer with error 2;
//                                 without a number, all
//   hang=hipEventSynchronize:3    the third such call does not return; without a number, none does
//
// They are read once: a launch that waits for a file takes longer on the host's clock than on its
// own. One thread at a time.
#ifndef TPP_TESTS_FAKES_SETTINGS_H
#define TPP_TESTS_FAKES_SETTINGS_H

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>

namespace fakes {

class Settings {
 public:
  explicit Settings(const char* variable, const char* file = nullptr)
      : variable_(variable), file_(file) {}

  // "" where nothing is asked.
  std::string text(const std::string& name) const {
    std::istringstream stream(words());
    for (std::string word; stream >> word;) {
      if (word.rfind(name + "=", 0) == 0) return word.substr(name.size() + 1);
    }
    return "";
  }

  int number(const std::string& name, int otherwise) const {
    const std::string value = text(name);
    return value.empty() ? otherwise : std::atoi(value.c_str());
  }

  // The error that the call is to answer with; 0 = none.
  int fault(const std::string& call) {
    const std::string hanging = text("hang");
    const auto colon = hanging.find(':');
    const int nth = colon == std::string::npos ? 1 : std::atoi(hanging.c_str() + colon + 1);
    if (hanging.substr(0, colon) == call && ++before_hanging_[call] >= nth) {
      for (;;) pause();
    }
    std::istringstream wanted(text("fail"));
    std::string name;
    std::string error;
    std::string first;
    std::getline(wanted, name, ':');
    std::getline(wanted, error, ':');
    std::getline(wanted, first, ':');
    if (name != call) return 0;
    const bool now = ++calls_[call] >= (first.empty() ? 1 : std::atoi(first.c_str()));
    return now ? std::atoi(error.c_str()) : 0;
  }

 private:
  const std::string& words() const {
    if (!words_) words_ = read();
    return *words_;
  }

  std::string read() const {
    if (const char* given = std::getenv(variable_); given != nullptr) return given;
    const char* home = std::getenv("HOME");
    if (home == nullptr || file_ == nullptr) return "";
    std::ifstream file(std::string(home) + "/" + file_);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }

  const char* variable_;
  const char* file_;
  mutable std::optional<std::string> words_;
  std::map<std::string, int> calls_;
  std::map<std::string, int> before_hanging_;
};

}  // namespace fakes

#endif
