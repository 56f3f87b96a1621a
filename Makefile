# make run · make test · make lint · make bench; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run test lint bench site
SHELL := /bin/bash

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

run: site ## build everything and serve the demo at http://127.0.0.1:3000
	@echo "== building the server (3 minutes the first time)"
	@cargo build --quiet -p forenotice
	@echo "== http://127.0.0.1:3000"
	@exec target/debug/forenotice serve --demo

test: site ## install what the tests need, then run all of them
	@tests/support/setup.sh
	@echo "== tests: domain, store, mail and HTTP on SQLite and Postgres"
	@tests/support/postgres.sh cargo test --workspace
	@echo "== tests: the journey in Chromium"
	@cargo build --quiet -p forenotice
	@cd tests/browser && npm test --silent

lint: ## formatting, clippy with warnings as errors, licences and sources of dependencies
	@cargo fmt --check
	@cargo clippy --quiet --workspace --all-targets -- -D warnings
	@tests/support/deny.sh
