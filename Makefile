# The menu of the project; `make` alone prints it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ENGINE ?= llama
CONFIG ?= $(firstword $(wildcard tracemend.toml) tracemend.example.toml)
CDK    := npx --yes aws-cdk@3 --app "$(BIN)/python -m infra.aws.app $(CONFIG)"
LOCK   := requirements-dev.lock

.DEFAULT_GOAL := help
.PHONY: help setup setup-demo demo test unit check format bench eval lock synth diff registry deploy destroy clean

help: ## this menu
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/dev ## .venv with all that tests and checks need
setup-demo: $(VENV)/demo ## .venv with all that the demo needs

demo: $(VENV)/demo ## the whole system on loopback (ENGINE=llama, openai or extractive)
	$(BIN)/tracemend demo --engine $(ENGINE) $(ARGS)

test: $(VENV)/dev ## unit, contract, integration and scenario tests
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not model"

unit: $(VENV)/dev ## the unit tests alone: no network, seconds
	$(BIN)/python -m pytest tests/unit tests/architecture -q

check: $(VENV)/dev ## format, lint, types and the architecture tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/architecture -q

format: $(VENV)/dev ## let the formatter and the linter mend what they can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/dev ## speed and memory, side by side with the named peers
	$(BIN)/python -m tests.evals.bench

eval: $(VENV)/dev ## quality on the evaluation sets, and the real model
	$(BIN)/python -m tests.evals

lock: ## compile the requirements files anew (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header -q --extra demo -c requirements.lock -o requirements-demo.lock
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header -q --extra dev -c requirements-demo.lock -o requirements-dev.lock

synth: $(VENV)/dev ## CloudFormation for AWS into build/, from tracemend.toml or CONFIG=… (needs Node)
	$(BIN)/python -m infra.aws.synth $(CONFIG)

diff: $(VENV)/dev ## what a deployment would change in your AWS account
	$(CDK) diff Tracemend

registry: $(VENV)/dev ## the ECR repository for the image, which has to be there before `make deploy`
	$(CDK) deploy Registry

deploy: $(VENV)/dev ## bring everything up: IMAGE=… (and VERIFY_IMAGE=…), URIs of pushed images
	$(BIN)/python -m infra.aws.readiness $(CONFIG)
	$(CDK) deploy Tracemend --parameters ImageUri=$(IMAGE) $(if $(VERIFY_IMAGE),--parameters VerifyImageUri=$(VERIFY_IMAGE))

destroy: $(VENV)/dev ## take everything down but what `keep` names
	$(CDK) destroy --all

clean: ## remove what the other targets made, but not the downloaded model
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info < (3, 14) else "Tracemend needs Python 3.11 to 3.13; this is %s. Name another: make PYTHON=python3.13" % sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)

$(VENV)/demo: requirements-demo.lock pyproject.toml | $(VENV)/bin/pip
	@test -e $(VENV)/dev || (set -x; $(BIN)/pip install --disable-pip-version-check --quiet --require-hashes -r requirements-demo.lock && $(BIN)/pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .)
	@touch $@

$(VENV)/dev: $(LOCK) pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install --disable-pip-version-check --quiet --require-hashes -r $(LOCK)
	$(BIN)/pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	@touch $@
