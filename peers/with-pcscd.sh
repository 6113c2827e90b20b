#!/usr/bin/env bash
# Runs a command beside a pcscd of its own whose virtual reader (vpcd) listens on 127.0.0.1:35963:
#   peers/with-pcscd.sh opensc-tool --list-readers
# In a mount and network namespace: no other pcscd is disturbed and nothing outside can reach the reader's port.
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: with-pcscd.sh COMMAND [ARGUMENT...]" >&2; exit 2; }

if [ "${KAZASU_PCSCD_ROOM:-}" != inside ]; then
  export KAZASU_PCSCD_ROOM=inside
  root=(--map-root-user); [ "$(id -u)" = 0 ] && root=()
  if unshare "${root[@]}" --mount --net true 2>/dev/null; then
    exec unshare "${root[@]}" --mount --net -- "$0" "$@"
  fi
  # No namespaces here: one at a time, and a pcscd that already runs belongs to somebody, so leave it alone.
  exec 9>"${TMPDIR:-/tmp}/kazasu-pcscd.lock"
  flock 9
  [ ! -S /run/pcscd/pcscd.comm ] || { echo "with-pcscd: namespaces are forbidden and another pcscd runs" >&2; exit 69; }
else
  mount -t tmpfs tmpfs /run
  ip link set lo up
  # vpcd sends length and body in two segments; without immediate acknowledgements each APDU waits 40 ms.
  ip route change local 127.0.0.0/8 dev lo proto kernel scope host src 127.0.0.1 table local quickack 1
  ip route change local 127.0.0.1 dev lo proto kernel scope host src 127.0.0.1 table local quickack 1
fi

folder=$(mktemp -d)
mkdir -p "$folder/readers" /run/pcscd
driver=$(ls /usr/lib/pcsc/drivers/serial/libifdvpcd.so* | tail -n 1)
cat >"$folder/readers/vpcd" <<CONF
FRIENDLYNAME "Kazasu"
DEVICENAME   /dev/null:0x8C7B
LIBPATH      $driver
CHANNELID    0x8C7B
CONF
pcscd --foreground --config "$folder/readers" >"$folder/pcscd.log" 2>&1 9>&- &
daemon=$!
trap 'kill "$daemon" 2>/dev/null || true; wait "$daemon" 2>/dev/null || true; rm -rf "$folder"' EXIT
for _ in $(seq 100); do
  [ -S /run/pcscd/pcscd.comm ] && break
  kill -0 "$daemon" 2>/dev/null || { cat "$folder/pcscd.log" >&2; exit 69; }
  sleep 0.05
done
"$@"
