#!/usr/bin/python3
"""Runs a program under the system calls and without the privileges that a unit leaves it.

Usage: sandboxed.py UNIT PROGRAM [ARGUMENT...]

As systemd does it, by libseccomp: what SystemCallFilter= does not let through, and sockets beyond
RestrictAddressFamilies=, are refused with EPERM. Folders, devices and users are not emulated.
"""
import ctypes
import errno
import os
import re
import socket
import subprocess
import sys

PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 24, 38
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
EQUAL = 4


class Comparison(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("operator", ctypes.c_int),
                ("first", ctypes.c_uint64), ("second", ctypes.c_uint64)]


def expanded(word):
    """The calls of a group, by systemd's own list."""
    if not word.startswith("@"):
        return {word}
    told = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", word],
                          capture_output=True, text=True, check=True).stdout
    found = set()
    for line in (each.strip() for each in told.splitlines()[1:]):
        if line and not line.startswith("#"):
            found |= expanded(line)
    return found


def allowed_calls(unit):
    """The first line says that it is a list of what is allowed; later ones take away and add."""
    calls = set()
    for line in re.findall(r"(?m)^SystemCallFilter=(.*)$", unit):
        words = set().union(*(expanded(word) for word in line.lstrip("~").split()))
        calls = calls - words if line.startswith("~") else calls | words
    assert calls, "no list of system calls"
    return calls


def restrict(unit):
    seccomp = ctypes.CDLL("libseccomp.so.2")
    seccomp.seccomp_init.restype = ctypes.c_void_p
    libc = ctypes.CDLL(None, use_errno=True)
    families = re.search(r"(?m)^RestrictAddressFamilies=(.*)$", unit)[1].split()
    context = ctypes.c_void_p(seccomp.seccomp_init(REFUSE))
    for call in allowed_calls(unit) - {"socket"}:
        number = seccomp.seccomp_syscall_resolve_name(call.encode())
        if number != -1:  # else of another architecture, or newer than the library
            seccomp.seccomp_rule_add(context, ALLOW, number, 0)
    number = seccomp.seccomp_syscall_resolve_name(b"socket")
    for family in families:
        comparison = Comparison(0, EQUAL, getattr(socket, family), 0)
        seccomp.seccomp_rule_add(context, ALLOW, number, 1, comparison)
    for capability in range(64):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    # LeakSanitizer traces the process that it is in, which the unit does not let through.
    os.environ["LSAN_OPTIONS"] = "detect_leaks=0"
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or seccomp.seccomp_load(context):
        sys.exit("cannot load the filter")


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        restrict(file.read())
    os.execv(sys.argv[2], sys.argv[2:])
