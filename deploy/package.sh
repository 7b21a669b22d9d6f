#!/usr/bin/env bash
# Build the package for a release into dist/, and try it as someone who installs it: deploy/package.sh [v1.2.3]
#
# The tag, if one is given, must name the version in pyproject.toml, and CHANGELOG.md must have an entry for it. The
# package is built twice and must be the same byte for byte.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python=${PYTHON:-python3}
version=$("$python" -c 'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))["project"]["version"])')
if [ $# -gt 0 ] && [ "$1" != "v$version" ]; then
  echo "the tag is $1, but pyproject.toml has version $version" >&2
  exit 1
fi
grep -q "^## \[$version\]" CHANGELOG.md || { echo "CHANGELOG.md has no entry for $version" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -m venv "$work/tools"
"$work/tools/bin/pip" install --quiet --disable-pip-version-check -c constraints.txt hatchling
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || echo 315532800)
export SOURCE_DATE_EPOCH
for run in first second; do
  "$work/tools/bin/python" -m hatchling build --directory "$work/$run" >/dev/null 2>&1
done
diff -r "$work/first" "$work/second" || { echo "two builds of the package differ" >&2; exit 1; }

"$python" -m venv "$work/new"
"$work/new/bin/pip" install --quiet --disable-pip-version-check -c constraints.txt "$work"/first/*.whl
(
  cd "$work"
  new/bin/yishi new site town >/dev/null
  cd town
  ../new/bin/yishi check
  ../new/bin/yishi build --quiet
  test -s site/index.html
)
rm -rf dist
mv "$work/first" dist
echo "dist/ holds yishi $version, built twice, installed and tried"
