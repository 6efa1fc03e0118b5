// What a fuzzer calls: each function takes any bytes as its loader would. The loader reads them or
// throws tpp::Error, and what was read survives being compiled; anything else ends the process.
#ifndef TPP_TESTS_FUZZ_HARNESS_H
#define TPP_TESTS_FUZZ_HARNESS_H

#include <string_view>

namespace tpp::fuzz {

void load_rule(std::string_view bytes);
void load_catalog(std::string_view bytes);
void load_countries(std::string_view bytes);
// With the countries of the tests' table, down to what its items resolve to.
void load_manifest(std::string_view bytes);
void load_board_map(std::string_view bytes);
void load_scenario(std::string_view bytes);  // of the module sim
// The bytes as an index, as an index whose digest was made to fit, and as one body of an index.
void load_index(std::string_view bytes);

// Of other programs, firmware, drivers and strangers. What is read and can be written reads back.
void load_report(std::string_view bytes);
void load_inventory(std::string_view bytes);
// A line of a child's: of tpp-bench, of a watch, of what a probe read.
void load_record(std::string_view bytes);
void load_recording(std::string_view bytes);  // recording.json
void load_answer(std::string_view bytes);     // of a recording, and its masking
// What stands before hwloc alone: its importer dies of some damaged files, and runs in a child.
void load_topology(std::string_view bytes);
void load_node(std::string_view bytes);     // files that probes read, one behind each byte 0
void load_limits(std::string_view bytes);   // control groups and cpuinfo, as the module cpu reads
void load_metrics(std::string_view bytes);  // two tables of AMD's firmware, and an address
void load_program(std::string_view bytes);  // an ELF file, and the notes of one
void load_maps(std::string_view bytes);     // /proc/self/maps, and mountinfo beside it

// Of clients and children of the daemon, and its configuration.
void load_daemon_config(std::string_view bytes);
void load_measure_request(std::string_view bytes);  // a line of its socket
void load_pass_message(std::string_view bytes);     // a line of the child that has a pass in hand

// Of strangers on the network, and the configuration of what they reach.
void load_web_config(std::string_view bytes);
void load_request(std::string_view bytes);  // the headers that decide, and an address

}  // namespace tpp::fuzz

#endif
