// The subcommands, one file each. Each prints its result to where the options say, nothing else to
// standard output, and returns the exit code. Errors are thrown to main.
#ifndef TPP_AGENT_COMMAND_COMMAND_H
#define TPP_AGENT_COMMAND_COMMAND_H

#include <string_view>

#include "agent/options.h"
#include "exporters/table.h"

namespace tpp {

int measure_command(const Options& options);
int devices_command(const Options& options);
int classify_command(const Options& options);
int shipment_command(const Options& options);
int history_command(const Options& options);
int selftest_command(const Options& options);
// list, show, match or check, by Options::catalog_action.
int catalog_command(const Options& options);
// Child of our own: one probe's inventory as one line of JSON on the record descriptor.
int probe_command(const Options& options);
// Child of the daemon's: one pass, its results as lines on the record descriptor (pass_messages.h).
int pass_command(const Options& options);
// Becomes the daemon. Throws Error if that cannot be started.
int run_command(const Options& options);

// Throws Error if the result could not be written there later; called before anything that takes
// time.
void check_output(const Options& options);
// To the file, whole or not at all, or to standard output. Throws Error.
void write_output(const Options& options, std::string_view text);

// The report's metrics to where --textfile says, if it does. Throws Error.
void write_textfile(const Options& options, const Report& report);

// Width and colour of the terminal that the result goes to; plain and 120 columns for a file or
// pipe.
TableOptions table_options(const Options& options);

}  // namespace tpp

#endif
