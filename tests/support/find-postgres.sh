#!/bin/sh
# Name the PostgreSQL server of the database tests, or install it as root on Debian.
command -v initdb >/dev/null 2>&1 && exit 0
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && exit 0
install="apt-get install -y --no-install-recommends postgresql"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing for the database tests: postgresql"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive $install -qq; } >/dev/null 2>&1 && exit 0
fi
echo "PostgreSQL tests will skip; to run them: sudo $install"
exit 0
