# Shows every golden file of metrics to promtool, which has to read it and to find nothing amiss with
# its names. cmake -DPROMTOOL=... -DFOLDER=... -P check_metrics.cmake
file(GLOB files ${FOLDER}/*.prom)
if(NOT files)
  message(FATAL_ERROR "no *.prom in ${FOLDER}")
endif()
foreach(file IN LISTS files)
  execute_process(COMMAND ${PROMTOOL} check metrics INPUT_FILE ${file} RESULT_VARIABLE result
                  OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT result EQUAL 0 OR NOT said STREQUAL "")
    message(SEND_ERROR "${file}: promtool check metrics ended with ${result}:\n${said}")
  endif()
endforeach()
