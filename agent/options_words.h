// What single words of the command line mean, where several commands take them. Inside options
// only. Each throws UsageError with the option and what it takes.
#ifndef TPP_AGENT_OPTIONS_WORDS_H
#define TPP_AGENT_OPTIONS_WORDS_H

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "agent/model/precision.h"

namespace tpp {

const std::vector<std::string>& kernel_names();

std::vector<Precision> precisions_of(const std::vector<std::string>& words);
std::vector<std::string> kernels_of(const std::vector<std::string>& words);

// Seconds, of a word such as "90s"; `otherwise` for "".
double seconds_of(const char* option, const std::string& word, double otherwise);

// "NAME=VALUE"; `form` says it for the user.
std::pair<std::string, std::string> setting_of(const char* option, const char* form,
                                               const std::string& word);

// Of `--reading`, where saying the same twice is no mistake and saying two things is one.
std::map<std::string, std::string> readings_of(const std::vector<std::string>& words);

}  // namespace tpp

#endif
