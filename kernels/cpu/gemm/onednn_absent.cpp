// For builds without oneDNN's header: the library is then never asked for.
#include "kernels/cpu/gemm/onednn.h"

namespace tpp::cpu {

struct OneDnn::Functions {};

OneDnn::OneDnn(std::shared_ptr<const Functions> functions) : functions_(std::move(functions)) {}

std::optional<OneDnn> OneDnn::bind(const SymbolSource&, std::string& why) {
  why = "built without oneDNN's header dnnl.h";
  return std::nullopt;
}

std::optional<OneDnn> OneDnn::load(FeatureSet, bool, std::string& why) { return bind({}, why); }

bool OneDnn::supports(Method, const GemmFormat&, std::string&) const { return false; }

std::unique_ptr<Routine> OneDnn::make(Method, const Operands&, Team&) const { return nullptr; }

}  // namespace tpp::cpu
