#!/usr/bin/env bash
# Publishes the site on a plain host: builds it, and swaps the folder that the web server shows in one step.
#
#   deploy/publish.sh FOLDER [OPTIONS OF build.py]
#
# FOLDER/current is the site that the public sees (deploy/nginx.conf shows it), FOLDER/previous the one before, and
# FOLDER/sites holds the last three. While there are errors in the content nothing is swapped. Runs that meet wait for
# each other. To go back by hand:  ln -s sites/NAME FOLDER/back && mv -T FOLDER/back FOLDER/current
set -euo pipefail

KEPT=3      # so many sites stay in FOLDER/sites
PATIENCE=900 # seconds to wait for another run

fail() {
  echo "publish: $1" >&2
  exit "${2:-1}"
}

[ "$#" -gt 0 ] && [ "${1#-}" = "$1" ] || fail "name the folder to publish to: deploy/publish.sh FOLDER [OPTIONS OF build.py]" 2
for option in "$@"; do
  case "$option" in --output | --output=*) fail "--output is not yours to choose: it is FOLDER/build" 2 ;; esac
done
for tool in flock "${PYTHON:-python3}"; do
  command -v "$tool" >/dev/null || fail "the program $tool is not installed" 2
done
program="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/build.py"
mkdir -p -- "$1/sites" || fail "the folder $1 cannot be written to" 2
folder="$(cd -- "$1" && pwd)"
shift
[ ! -e "$folder/current" ] || [ -L "$folder/current" ] ||
  fail "$folder/current is a folder of somebody else's; choose another folder, or move it away" 2

exec 9>"$folder/.lock"
flock --wait "$PATIENCE" 9 || fail "another run has been publishing to $folder for more than $PATIENCE seconds"

# Reads, checks and builds. What was built before is built upon, but never shown: it is being written to.
"${PYTHON:-python3}" "$program" build "$@" --output "$folder/build" 9>&- ||
  fail "the site was not built, for the reasons above; the published site stays as it was"
[ -s "$folder/build/index.html" ] || fail "the site that was built has no front page; the published site stays as it was"

if [ -d "$folder/current" ] && diff -rq --no-dereference -- "$folder/build" "$folder/current/" >/dev/null; then
  echo "publish: nothing has changed; the published site stays as it is"
  exit 0
fi

# A whole copy first, then one rename: at every moment the public sees one site or the other, never half of one.
rm -rf -- "$folder"/sites/.new-*
copy="$(mktemp -d -- "$folder/sites/.new-XXXXXX")"
trap 'rm -rf -- "$copy" "$folder/.link"' EXIT
cp -a -- "$folder/build/." "$copy/" || fail "the site could not be copied to $folder/sites; is the disk full?"
chmod 755 "$copy"
name="$(date -u +%Y%m%dT%H%M%S.%NZ)"
mv -T -- "$copy" "$folder/sites/$name"
if [ -L "$folder/current" ]; then
  ln -sfn -- "$(readlink -- "$folder/current")" "$folder/.link"
  mv -T -- "$folder/.link" "$folder/previous"
fi
ln -sfn -- "sites/$name" "$folder/.link"
mv -T -- "$folder/.link" "$folder/current"

# The names are times, so their order is that of their age.
ls -1 -- "$folder/sites" | sort -r | tail -n "+$((KEPT + 1))" | while IFS= read -r old; do
  rm -rf -- "$folder/sites/$old"
done
echo "publish: $folder/current is now sites/$name"
