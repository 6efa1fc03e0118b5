// The parts of the tables: what a board is (table_board.cpp), what was measured on its devices
// (table_rates.cpp), and what surrounds them (table.cpp). Inside exporters only.
#ifndef TPP_EXPORTERS_TABLE_SECTIONS_H
#define TPP_EXPORTERS_TABLE_SECTIONS_H

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "agent/model/report.h"
#include "exporters/report_lookup.h"
#include "exporters/text_page.h"

namespace tpp {

inline constexpr std::size_t kNarrowestPage = 80;

// Product name of a board: the catalogue's, else the board's, else its first device's.
std::string product_name(const BoardView& view);

// "3A090.a CONTROLLED", or how the rule renders the rest; with the style that it deserves.
Span class_text(const Verdict& verdict);
std::string assurance_text(Assurance assurance);

// "15 under 1600 (0.9 %)"
std::string margin_text(const Comparison& comparison);

// TPP or density of a board on one basis, with as many digits as keep it on its side of every
// threshold that it was compared with.
std::string compared_figure_text(const BoardView& view, RuleQuantity quantity, Basis basis,
                                 double value);

// What a one-letter mark behind a declared figure says: none for source, " d" derived, " r" recall.
std::string_view confidence_mark(Confidence confidence);

// "read: probe nvidia"
std::string learnt(Source source, const std::string& from);

// What decided that these devices are the board, and how that was learnt.
std::string board_learnt(const std::vector<const Device*>& devices, const Board& board);
std::vector<const Device*> devices_of(const Inventory& inventory, const Board& board);

bool in_parts(const std::vector<const Device*>& devices);           // any is a slice
std::string parts_text(const std::vector<const Device*>& devices);  // "in 2 parts", of such
// "2 devices"; where they are no whole ones, "1 package in 2 parts".
std::string devices_text(const std::vector<const Device*>& devices);
std::string slice_text(const Device& device);  // why it is not whole, of a slice
std::string units_text(const Device& device);  // "132 SM", "2 cores"; "" if unknown
std::string node_text(const Node& node);
std::string identity_text(const Node& node);  // of the machine, from its firmware; "" if not known

// The first line of a page, where anything in it must not be missed: simulated devices, and
// banners.
void add_first_line(Page& page, const Inventory& inventory,
                    const std::vector<std::string>& banners);
void add_findings(Page& page, const std::vector<Finding>& findings);  // most severe first
void add_boards_summary(Page& page, const Report& report, const std::vector<BoardView>& views);
void add_board(Page& page, const BoardView& view);
void add_rates(Page& page, const Report& report, const BoardView& view);

}  // namespace tpp

#endif
