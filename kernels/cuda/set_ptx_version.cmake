# FROM -> TO with another `.version`. What a later version alone has, the assembler then refuses.
file(READ ${FROM} text)
string(REGEX REPLACE "\n\\.version [0-9.]+" "\n.version ${VERSION}" text "${text}")
file(WRITE ${TO} "${text}")
