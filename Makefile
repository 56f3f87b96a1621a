# make run · make test · make lint · make bench · make release; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run test lint bench release site
SHELL := /bin/bash

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

run: ## build everything and serve the demo at http://127.0.0.1:3000
	@echo "== building the server (8 minutes the first time)"
	@# Side by side with the browser side: both have long parts that keep one core only.
	@$(MAKE) --no-print-directory site & site=$$!; cargo build --quiet -p forenotice; built=$$?; wait $$site && exit $$built
	@echo "== http://127.0.0.1:3000"
	@exec target/debug/forenotice serve --demo

test: site ## install what the tests need, then run all of them
	@tests/support/setup.sh
	@echo "== tests: domain, store, mail and HTTP on SQLite and Postgres"
	@tests/support/postgres.sh cargo test --workspace
	@echo "== tests: the journey in Chromium"
	@cargo build --quiet -p forenotice
	@cd tests/browser && npm test --silent

release: site ## one binary with everything in it: target/release/forenotice
	@echo "== building the release (12 minutes the first time)"
	@cargo build --quiet --release -p forenotice
	@echo "== target/release/forenotice"

lint: ## formatting, clippy with warnings as errors, licences and sources of dependencies
	@cargo fmt --check
	@cargo clippy --quiet --workspace --all-targets --features forenotice/measure -- -D warnings
	@tests/support/deny.sh

bench: site ## speed: public pages beside a bare axum route, gates of 100,000 customers, lists of a large register
	@tests/bench/run.sh
	@echo "== gates: one engagement, 100,000 customers"
	@cargo bench --quiet -p gates
	@echo "== lists: 2,000 engagements, 20,000 versions of assessments; 10,000 customers of one change"
	@cargo test --quiet --release -p forenotice --features measure --test forenotice speed::measured -- --nocapture --test-threads 1

# The browser side: wasm and its script in target/site/pkg. Every page works without it, so whatever cannot be had here
# is said in one line and skipped.
BINDGEN_VERSION := $(shell sed -n '/^name = "wasm-bindgen"$$/{n;s/version = "\(.*\)"/\1/p;}' Cargo.lock)
BINDGEN := target/tools/bin/wasm-bindgen
WASM := target/wasm32-unknown-unknown/wasm/app.wasm
WITHOUT := echo "== pages will work without islands:"

site: ## the browser side of the pages (wasm)
	@[ -d "$$(rustc --print target-libdir --target wasm32-unknown-unknown)" ] \
	  || rustup target add wasm32-unknown-unknown >/dev/null 2>&1 \
	  || { $(WITHOUT) the wasm target cannot be had; exit 0; }; \
	[ "$$($(BINDGEN) --version 2>/dev/null)" = "wasm-bindgen $(BINDGEN_VERSION)" ] \
	  || { echo "== installing wasm-bindgen $(BINDGEN_VERSION) (4 minutes, once)"; \
	       cargo install --quiet wasm-bindgen-cli --version $(BINDGEN_VERSION) --root target/tools --force; } \
	  || { $(WITHOUT) wasm-bindgen cannot be had; exit 0; }; \
	echo "== building the browser side (3 minutes the first time)"; \
	cargo build --quiet -p app --lib --target wasm32-unknown-unknown --profile wasm --no-default-features --features hydrate || exit 1; \
	[ target/site/pkg/app_bg.wasm -nt $(WASM) ] || { \
	  $(BINDGEN) --target web --no-typescript --out-dir target/site/pkg --out-name app $(WASM) || exit 1; \
	  ! command -v wasm-opt >/dev/null || wasm-opt -Oz --all-features -o target/site/pkg/app_bg.wasm target/site/pkg/app_bg.wasm; }
