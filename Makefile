# make site   build the site from content/ into site/
# make test   everything that must hold: style, types, tests; installs what these need (BROWSER=no leaves out those
#             that need a browser, NGINX=no those that need the web server nginx)
# make fuzz   try random inputs of every kind, and builds of random towns against an independent count, for MINUTES (10);
#             TARGETS="yaml towns": only these
# make kills  kill 200 builds at random moments; the next one must make the clean site
# make libreoffice  fill the template of the workbook in LibreOffice and import it; installs LibreOffice (90 MB)
# make coverage  run the tests without a browser, and say which lines and branches of the program none of them reaches
# make mutants  break the program in small ways and say which breaks no test notices (PARTS="dates paths": only these)
# make demo   build the demonstration, an invented town, into build/demo/
# make demo-cluster  the same with a cluster of a scheduler and two workers on this computer
# make serve  build, show on this computer, rebuild on every change
# make check  look for problems in content/, write nothing
# make bench  measure builds of 10,000 records, with Yishi and with Hugo in turns
# make messages  bring the translations up to date with the program's texts; what is new waits there for its Chinese
# make page-models  bring docs/templates.md up to date with what templates are given
# make pictures  take the pictures of the README anew, from the demonstration; needs a browser
# make requirements  bring requirements.lock up to date with constraints.txt: the digests of what is installed
# make materials  write build/yishi.cdx.json, a bill of materials in the form of CycloneDX
# make hooks  have Git check before each commit what is committed; undo: git config --unset core.hooksPath
# make clean  remove what the above made

PYTHON ?= python3
BROWSER ?= yes
MINUTES ?= 10
ifeq ($(OS),Windows_NT)
NGINX := no
VENV_PYTHON := .venv/Scripts/python.exe
else
NGINX ?= yes
VENV_PYTHON := .venv/bin/python
endif

# Compiled code is kept whatever the environment says: without it every process would compile the program anew.
unexport PYTHONDONTWRITEBYTECODE

# What the tests need from the system, and which tests run.
NEEDED := $(if $(filter no,$(BROWSER)),,browser) $(if $(filter no,$(NGINX)),,nginx)
CHOSEN := $(if $(filter no,$(BROWSER)),not browser$(if $(filter no,$(NGINX)), and not nginx),$(if $(filter no,$(NGINX)),not nginx))

.PHONY: site demo demo-cluster test fuzz kills libreoffice coverage mutants serve check bench messages page-models \
  pictures requirements materials hooks clean

site: .venv/installed
	$(VENV_PYTHON) build.py
	@echo "The site is built: open site/index.html in a browser."

demo: .venv/installed
	$(VENV_PYTHON) build.py --content tests/sites/showcase --output build/demo --as-of 2025-12-31
	@echo "The demonstration is built: open build/demo/index.html in a browser. Begin with the showcase of 2024:"
	@echo "build/demo/places/shili-zhen/events/zhanyan-2024/index.html"

demo-cluster: .venv/installed-cluster
	$(VENV_PYTHON) -m tests.support.cluster --content tests/sites/showcase --output build/demo --as-of 2025-12-31

serve: .venv/installed
	$(VENV_PYTHON) build.py serve

check: .venv/installed
	$(VENV_PYTHON) build.py check

test: .venv/installed-dev
	$(VENV_PYTHON) -m ruff check
	$(VENV_PYTHON) -m mypy --strict
	$(VENV_PYTHON) -m tests.support.prerequisites $(NEEDED)
	$(VENV_PYTHON) -m pytest -m "$(CHOSEN)"

fuzz: .venv/installed-dev
	$(VENV_PYTHON) -m tests.fuzz --minutes $(MINUTES) $(TARGETS)

kills: .venv/installed-dev
	$(VENV_PYTHON) -m tests.fuzz kills --count 200 --minutes 60

libreoffice: .venv/installed-dev
	$(VENV_PYTHON) -m tests.support.prerequisites libreoffice
	$(VENV_PYTHON) -m pytest -n 0 tests/workbook/libreoffice.py

coverage: .venv/installed-measures
	mkdir -p build/coverage
	$(VENV_PYTHON) -m coverage erase
	-$(VENV_PYTHON) -m coverage run -m pytest -m "not browser"
	$(VENV_PYTHON) -m coverage combine --quiet
	$(VENV_PYTHON) -m coverage report

mutants: .venv/installed-measures
	$(VENV_PYTHON) -m tests.support.mutants $(PARTS)

bench: .venv/installed-bench
	$(VENV_PYTHON) -m benchmarks.run
	$(VENV_PYTHON) -m benchmarks.workbooks

messages: .venv/installed
	$(VENV_PYTHON) -m tests.support.catalogue

page-models: .venv/installed-dev
	$(VENV_PYTHON) -m tests.support.template_document

pictures: .venv/installed-dev
	$(VENV_PYTHON) -m tests.support.prerequisites browser
	$(VENV_PYTHON) -m tests.support.pictures

requirements: .venv/installed
	$(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check -c constraints.txt uv
	head -n 2 requirements.lock > .venv/requirements.lock
	$(VENV_PYTHON) -m uv pip compile pyproject.toml -c constraints.txt --universal --python-version 3.11 \
	  --generate-hashes --no-annotate --no-header --quiet >> .venv/requirements.lock
	mv .venv/requirements.lock requirements.lock

materials: .venv/installed
	$(VENV_PYTHON) -m tests.support.materials build/yishi.cdx.json

hooks: .venv/installed-dev
	git config core.hooksPath deploy/hooks

clean:
	rm -rf .venv .build-cache tests/sites/.build-cache build site .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Installing is repeated only when what to install has changed.
.venv/installed: pyproject.toml constraints.txt | .venv/made
	$(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

.venv/installed-dev: pyproject.toml constraints.txt | .venv/made
	$(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@ .venv/installed

.venv/installed-bench: pyproject.toml constraints.txt | .venv/made
	$(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[bench]"
	@touch $@ .venv/installed

.venv/installed-cluster: pyproject.toml constraints.txt | .venv/made
	$(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[cluster]"
	@touch $@ .venv/installed

.venv/installed-measures: pyproject.toml constraints.txt | .venv/made
	$(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev,measures]"
	@touch $@ .venv/installed .venv/installed-dev

.venv/made:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || \
	  { echo "Yishi needs Python 3.11 or newer as '$(PYTHON)'; name another with: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c "import ensurepip, venv" 2>/dev/null || \
	  { echo "'$(PYTHON)' cannot make a virtual environment; on Debian and Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	@touch $@
