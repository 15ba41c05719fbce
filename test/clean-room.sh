#!/usr/bin/env bash
# Runs the two commands of the README in a bare Debian 12 made with debootstrap
# from the mirror that this machine is configured with, and writes a summary to
# docs/logs/clean-room.txt. Needs root.
#
#   clean-room.sh --hash     of the set-up that the log covers
set -euo pipefail
cd "$(dirname "$0")/.."

# A log of another set-up says nothing of this one.
hash_setup() {
  cat dev test/clean-room.sh test/requirements.txt CMakePresets.json | sha256sum | cut -d' ' -f1
}
[ "${1:-}" != --hash ] || { hash_setup; exit; }

die() { echo "clean-room: error: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || die "needs root (debootstrap and chroot)"
command -v debootstrap >/dev/null ||
  { apt-get update -qq && apt-get install -y -qq debootstrap >/dev/null; }

room=${WEFT_CLEAN_ROOM:-$(mktemp -d)/debian}
log=docs/logs/clean-room.txt
mkdir -p "$room" docs/logs

# The mirrors and the clients' settings of this machine, whatever they are.
sources=$(grep -lE '/debian(-security)?/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true)
mirror=$(grep -hoE 'https?://[^ ]+/debian/?( |$)' $sources | head -1 | tr -d ' ')
[ -n "$mirror" ] || die "no Debian mirror in /etc/apt"
debootstrap --variant=minbase bookworm "$room" "$mirror" >"$room.log" 2>&1 ||
  { tail -5 "$room.log" >&2; die "debootstrap failed"; }
# The security suite too: LLVM 22 comes from there.
rm -f "$room/etc/apt/sources.list"
for file in $sources; do cp "$file" "$room/etc/apt/sources.list.d/"; done
for file in /etc/pip.conf /etc/resolv.conf /etc/hosts; do
  [ -e "$file" ] && cp "$file" "$room$file"
done
[ -d /usr/local/share/ca-certificates ] &&
  { mkdir -p "$room/usr/local/share"; cp -r /usr/local/share/ca-certificates "$room/usr/local/share/"; }
[ -d /etc/ssl/certs ] && { mkdir -p "$room/etc/ssl"; cp -rL /etc/ssl/certs "$room/etc/ssl/" 2>/dev/null || true; }

mount -t proc proc "$room/proc"
mount --rbind /dev "$room/dev"
trap 'umount -l "$room/proc" "$room/dev" 2>/dev/null || true' EXIT

git clone -q --no-hardlinks . "$room/weft"
commit=$(git rev-parse --short HEAD)

in_room() {
  env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    HOME=/root LANG=C.UTF-8 $(env | grep -E '^(PIP_CERT=|PIP_INDEX_URL=|https?_proxy=|HTTPS?_PROXY=|no_proxy=|NO_PROXY=|SSL_CERT_FILE=|REQUESTS_CA_BUNDLE=)' || true) \
    chroot "$room" bash -c "cd /weft && $1"
}

summary=$(mktemp)
{
  echo "date      $(date -u +%F)"
  echo "commit    $commit"
  echo "set-up    $(hash_setup)"
  echo "debian    $(cat "$room/etc/debian_version") (minbase, $(ls "$room/var/lib/dpkg/info" | grep -c '\.list$') packages before)"
  echo "cores     $(nproc)"
} >"$summary"
status=0
for command in "./dev demo" "./dev demo" "./dev test"; do
  start=$(date +%s)
  if in_room "$command" >"$room.out" 2>&1; then result=passed; else result=FAILED; status=1; fi
  echo "$command   $result in $(($(date +%s) - start)) s: $(grep -vE '^ *$' "$room.out" | tail -1)" >>"$summary"
  grep -E '^clean build [0-9]+ s$' "$room.out" >>"$summary" || true
  [ $result = passed ] || { tail -30 "$room.out" >&2; break; }
done
cat "$summary"
[ $status = 0 ] && cp "$summary" "$log" && echo "wrote $log"
exit $status
