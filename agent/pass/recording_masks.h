// Takes out of a recording what tells one machine from another of its kind: serial numbers, UUIDs,
// numbers of chips and links, network addresses, the host's name, the user's home folder. The same
// value gets the same stand-in wherever it stands, so that devices of one board remain so; a
// stand-in has the form and length of what it stands for. Nothing of the value is in it: stand-ins
// are counted.
#ifndef TPP_AGENT_PASS_RECORDING_MASKS_H
#define TPP_AGENT_PASS_RECORDING_MASKS_H

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "agent/pass/node_recording.h"

namespace tpp {

class Masks {
 public:
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
  std::map<std::string, std::string> numbers_;  // by what they stand for, in lower case
  std::map<std::string, std::string> names_;    // by what they stand for
};

// The whole recording; of hwloc's topology only what is known to tell kinds of hardware stays.
void mask(NodeRecording& recording);

}  // namespace tpp

#endif
