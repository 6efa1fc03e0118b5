// Which serial numbers and UUIDs are some: firmware that nobody labelled, and drivers that cannot
// tell, fill the place with one character, a word that says so, or digits as they are counted.
// Pure.
#ifndef TPP_AGENT_BOARDS_SERIAL_NUMBER_H
#define TPP_AGENT_BOARDS_SERIAL_NUMBER_H

#include <optional>
#include <string>
#include <string_view>

namespace tpp {

// False for what has, behind letters and zeros, less than four characters, "000000000000",
// "SN00000001", is of one character or counted in tens or sixteens, "FF-FF-FF-FF", "123456789ABC",
// and for all without a digit: "unknown", "[Not Supported]", "Default string".
bool is_written_serial(std::string_view serial);

// False for "", for a word or counted digits as above, and for zeros or f's, behind "GPU-" and the
// like, too. ROCm's runtime writes "GPU-XX" for a device that has none (HSA_AMD_AGENT_INFO_UUID).
bool is_written_uuid(std::string_view uuid);

// What is the same however it is printed: letters and digits in lower case, of a serial number
// without the zeros before it, of a UUID without the "GPU-". nullopt of what is none as above.
std::optional<std::string> serial_told(const std::optional<std::string>& serial);
std::optional<std::string> uuid_told(const std::optional<std::string>& uuid);

// Whether a name is "", has no letter and no digit, or is a word for none as above: "N/A",
// "unknown", "[Not Supported]".
bool is_word_for_none(std::string_view name);

// "0", "0x0", "00-00": a first number, or what stands where no number was given.
bool is_zero_number(std::string_view name);

}  // namespace tpp

#endif
