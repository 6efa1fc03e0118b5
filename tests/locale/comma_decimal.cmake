# A locale whose decimal sign is the comma, made in the build directory so that the machine's own
# list of locales does not matter, and the object that lets a test program adopt it.
set(folder ${PROJECT_BINARY_DIR}/locale)
find_program(TPP_LOCALEDEF localedef)
mark_as_advanced(TPP_LOCALEDEF)
if(TPP_LOCALEDEF AND NOT EXISTS ${folder}/de_DE.UTF-8)
  file(MAKE_DIRECTORY ${folder})
  execute_process(COMMAND ${TPP_LOCALEDEF} -i de_DE -f UTF-8 ${folder}/de_DE.UTF-8 OUTPUT_QUIET
                  ERROR_QUIET)
endif()
if(EXISTS ${folder}/de_DE.UTF-8)
  set(TPP_COMMA_DECIMAL_ENVIRONMENT
      "LOCPATH=${folder};LC_ALL=;LANG=C;LC_NUMERIC=de_DE.UTF-8;TPP_TEST_ADOPT_LOCALE=1")
else()
  message(STATUS "Tests under a comma-decimal locale are skipped: needs the package locales")
endif()

add_library(tpp_adopt_locale OBJECT ${CMAKE_CURRENT_LIST_DIR}/adopt_locale.cpp)
target_link_libraries(tpp_adopt_locale PUBLIC tpp_flags)
