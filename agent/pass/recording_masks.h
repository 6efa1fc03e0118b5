// Takes out of a recording what tells one machine from another of its kind: serial numbers, UUIDs,
// numbers of chips and links, network addresses, the host's name, the user's home folder. The same
// value gets the same stand-in wherever it stands, so that devices of one board remain so; a
// stand-in has the form of what it stands for, and its length if that has room. Nothing of the
// value is in it: it is a tag of the recording, drawn at random so that no two recordings show one
// number, and a count.
#ifndef TPP_AGENT_PASS_RECORDING_MASKS_H
#define TPP_AGENT_PASS_RECORDING_MASKS_H

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "agent/pass/node_recording.h"

namespace tpp {

// Eight digits, another each time.
std::string drawn_tag();

class Masks {
 public:
  explicit Masks(std::string tag) : tag_(std::move(tag)) {}

  // A number of one machine; its kind in front ("GPU-", "0x") stays. A word that firmware has in
  // place of a number is none.
  void note_number(std::string_view value);
  // A name as it is written, with what is to stand for it. Only so: a host "h100" may have H100.
  void note_name(std::string_view name, std::string stand_in);
  // Numbers that a text shows by their form alone: network addresses and UUIDs.
  void note_forms(std::string_view text);

  // The text with all that was noted replaced, also within longer words of it; what is shorter than
  // four characters only where the text is nothing else.
  std::string applied(std::string_view text) const;

 private:
  const std::string tag_;
  std::set<std::string> given_;                 // to a number; no two get one
  std::map<std::string, std::string> numbers_;  // by what they stand for, in lower case
  std::map<std::string, std::string> names_;    // by what they stand for
};

// The whole recording; of hwloc's topology only what is known to tell kinds of hardware stays.
void mask(NodeRecording& recording, const std::string& tag);

}  // namespace tpp

#endif
