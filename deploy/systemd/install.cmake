# Installs the unit with the places of this installation in it, and the configuration where there is
# none yet: what an administrator changed is never written over. Run by `cmake --install`, with
# TPP_BINDIR and TPP_SYSCONFDIR.

# As GNUInstallDirs has it: of what is installed to /usr the configuration is in /etc.
if(IS_ABSOLUTE "${TPP_SYSCONFDIR}")
  set(sysconf "${TPP_SYSCONFDIR}")
elseif(CMAKE_INSTALL_PREFIX STREQUAL "/usr" OR CMAKE_INSTALL_PREFIX STREQUAL "/")
  set(sysconf "/${TPP_SYSCONFDIR}")
else()
  set(sysconf "${CMAKE_INSTALL_PREFIX}/${TPP_SYSCONFDIR}")
endif()
if(IS_ABSOLUTE "${TPP_BINDIR}")
  set(bin "${TPP_BINDIR}")
else()
  set(bin "${CMAKE_INSTALL_PREFIX}/${TPP_BINDIR}")
endif()

file(READ ${CMAKE_CURRENT_LIST_DIR}/tpp-agent.service unit)
string(REPLACE "/usr/bin/tpp-agent" "${bin}/tpp-agent" unit "${unit}")
string(REPLACE "=/etc/tpp-agent/" "=${sysconf}/tpp-agent/" unit "${unit}")
set(file "${CMAKE_INSTALL_PREFIX}/lib/systemd/system/tpp-agent.service")
message(STATUS "Installing: $ENV{DESTDIR}${file}")
file(WRITE "$ENV{DESTDIR}${file}" "${unit}")

set(file "${sysconf}/tpp-agent/tpp-agent.yaml")
if(EXISTS "$ENV{DESTDIR}${file}")
  message(STATUS "Left as it is: $ENV{DESTDIR}${file}")
else()
  file(INSTALL ${CMAKE_CURRENT_LIST_DIR}/tpp-agent.yaml DESTINATION "${sysconf}/tpp-agent")
endif()
