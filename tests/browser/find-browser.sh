#!/bin/sh
# Name the browser of the browser tests and a Chinese font, or install both as root.
missing=""
command -v chromium >/dev/null 2>&1 || missing="chromium"
fc-list 2>/dev/null | grep -qiE 'cjk|wqy' || missing="$missing fonts-wqy-microhei"
[ -z "$missing" ] && exit 0
install="apt-get install -y --no-install-recommends $missing fontconfig"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing for the browser tests: $missing"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive $install -qq; } >/dev/null 2>&1 && exit 0
fi
echo "Browser tests will skip; to run them: sudo $install"
exit 0
