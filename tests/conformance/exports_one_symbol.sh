#!/bin/sh
# Usage: exports_one_symbol.sh NM MODULE. Fails unless MODULE defines tpp_backend_query for its
# loader and nothing else: a second symbol could meet that of another library in the process.
set -eu
found=$("$1" -D --defined-only "$2" | awk '{print $NF}')
if [ "$found" != tpp_backend_query ]; then
  echo "$2 exports, where tpp_backend_query alone is expected:" >&2
  echo "$found" >&2
  exit 1
fi
