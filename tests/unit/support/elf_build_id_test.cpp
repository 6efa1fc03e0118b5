#include "agent/support/elf_build_id.h"

#include <elf.h>
#include <gtest/gtest.h>

#include <bit>
#include <filesystem>
#include <fstream>

#include "agent/support/file.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

std::string word(std::uint32_t value) {
  return {reinterpret_cast<const char*>(&value), sizeof(value)};
}

std::string note(std::uint32_t type, std::string name, std::string content) {
  std::string text = word(static_cast<std::uint32_t>(name.size())) +
                     word(static_cast<std::uint32_t>(content.size())) + word(type);
  name.resize((name.size() + 3) / 4 * 4);
  content.resize((content.size() + 3) / 4 * 4);
  return text + name + content;
}

const std::string kGnu("GNU", 4);

// An ELF file of a header, one segment of notes and its bytes.
std::string elf_with(const std::string& notes) {
  Elf64_Ehdr header = {};
  header.e_ident[0] = ELFMAG0;
  header.e_ident[1] = ELFMAG1;
  header.e_ident[2] = ELFMAG2;
  header.e_ident[3] = ELFMAG3;
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
  header.e_phoff = sizeof(header);
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = 1;
  Elf64_Phdr segment = {};
  segment.p_type = PT_NOTE;
  segment.p_offset = sizeof(header) + sizeof(segment);
  segment.p_filesz = notes.size();
  return std::string(reinterpret_cast<const char*>(&header), sizeof(header)) +
         std::string(reinterpret_cast<const char*>(&segment), sizeof(segment)) + notes;
}

std::optional<std::string> id_of(const std::string& content) {
  const test::TemporaryDirectory directory;
  const auto path = directory.path() / "file";
  replace_file(path, content);
  return build_id_of_file(path);
}

TEST(ElfBuildId, StandsBehindOtherNotes) {
  const std::string notes = note(1, "other", "12345") + note(3, "Go!", "no") +
                            note(NT_GNU_BUILD_ID, kGnu, std::string("\x01\xab\xff", 3));
  EXPECT_EQ(build_id_in_notes(notes), "01abff");
  EXPECT_EQ(id_of(elf_with(notes)), "01abff");
}

TEST(ElfBuildId, IsNotReadFromDamagedNotes) {
  const std::string whole = note(NT_GNU_BUILD_ID, kGnu, "0123456789abcdef0123");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(build_id_in_notes(whole.substr(0, size)), std::nullopt) << size;
  }
  EXPECT_EQ(build_id_in_notes(note(NT_GNU_BUILD_ID, kGnu, "")), std::nullopt);
  EXPECT_EQ(build_id_in_notes(note(NT_GNU_BUILD_ID, kGnu, std::string(65, 'x'))), std::nullopt);
  EXPECT_EQ(build_id_in_notes(word(0xffffffff) + word(0xffffffff) + word(3)), std::nullopt);
}

// Every bit of the two headers turned over: read or refused, with no more memory than the bound.
TEST(ElfBuildId, OfADamagedFileIsReadOrNone) {
  const std::string whole = elf_with(note(NT_GNU_BUILD_ID, kGnu, "0123456789abcdef0123"));
  for (std::size_t bit = 0; bit < (sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr)) * 8; ++bit) {
    std::string damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    const auto id = id_of(damaged);
    EXPECT_TRUE(!id || id->size() == 40) << bit;
  }
  for (std::size_t size = 0; size < whole.size(); size += 3) {
    EXPECT_EQ(id_of(whole.substr(0, size)), std::nullopt) << size;
  }
}

TEST(ElfBuildId, OfNoElfFileIsNone) {
  EXPECT_EQ(id_of("#!/bin/sh\n"), std::nullopt);
  EXPECT_EQ(build_id_of_file("/nowhere"), std::nullopt);
  EXPECT_EQ(build_id_of_file("/"), std::nullopt);
}

}  // namespace
}  // namespace tpp
