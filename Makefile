# make demo   sets up an environment in .venv and serves the demo on http://127.0.0.1:8001/
# make test   sets up the same environment and runs the tests
# Needs nothing but Python 3.11 or later; another interpreter: make test PYTHON=python3.13

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
DATASETTE ?= datasette<1
PORT ?= 8001
PIP = $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check

.PHONY: demo test setup clean

demo: setup
	@test -f demo.db || $(VENV)/bin/datasette wirefacts demo demo.db
	$(VENV)/bin/datasette serve demo.db --metadata metadata.yml --port $(PORT) \
	  --setting suggest_facets off --setting sql_time_limit_ms 5000

test: setup
	$(VENV)/bin/python -m pytest -q -n 2

setup: $(VENV)/.done

$(VENV)/.done: pyproject.toml
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or later found. Install one, or name it: make test PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "No virtual environment: on Debian and Ubuntu, apt-get install python3-venv"; exit 1; }
	$(PIP) --upgrade pip
	$(PIP) --editable . --group dev '$(DATASETTE)'
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info
