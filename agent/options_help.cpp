#include "agent/options_help.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>

#include "exporters/text_wrap.h"

namespace tpp {
namespace {

constexpr std::size_t kColumns = 120;
constexpr std::size_t kNarrowest = 40;

class Help : public CLI::Formatter {
 public:
  // CLI11 puts the lines of a description below one another, and breaks none.
  std::string make_option_desc(const CLI::Option* option) const override {
    const std::string text = CLI::Formatter::make_option_desc(option);
    const std::size_t left = get_column_width();
    const std::size_t width = std::max(kColumns - std::min(left, kColumns), kNarrowest);
    return fmt::format("{}", fmt::join(wrap(text, width), "\n"));
  }
};

}  // namespace

std::shared_ptr<CLI::FormatterBase> help_formatter() { return std::make_shared<Help>(); }

}  // namespace tpp
