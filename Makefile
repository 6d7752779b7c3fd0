.DEFAULT_GOAL := help
.PHONY: help run dashboard check one test deny bench schema install package package-test

help: ## Show this list
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+): .*## (.*)/  make \1\t\2/' | expand -t 22
	@echo
	@echo "Options go in ARGS:  make run ARGS='--listen 127.0.0.1:9000'"
	@echo "Build output goes to CARGO_TARGET_DIR, by default ~/.cache/accord/target"

run: ## Build and start the demo: people, a pipeline, a published form, the dashboard, a landing page
	@scripts/run $(ARGS)

dashboard: ## Build the dashboard, the web application for staff (needs Node.js)
	@scripts/dashboard

check: ## The quick checks: format, lints, doc comments, schema.graphql
	@scripts/checks --quick

one: ## Run the tests whose name contains T:  make one T=a_second_press DB=postgres
	@scripts/one '$(T)' '$(DB)'

test: ## Install what the tests need, start private servers, run every check
	@scripts/test

deny: ## Check all dependencies for security advisories; needs the network, unlike `make test`
	@cargo deny --version >/dev/null 2>&1 || cargo install --locked --debug cargo-deny
	@cargo deny --locked check

bench: ## Run the benchmarks as a release build
	@scripts/bench $(ARGS)

schema: ## Generate schema.graphql from the code
	@scripts/schema

install: ## Build the program, optimised, and install it to PREFIX (/usr/local)
	@scripts/install $(ARGS)

package: ## Build the Debian package
	@scripts/package $(ARGS)

package-test: ## Install, upgrade, remove and purge the Debian package in a system of its own
	@scripts/test-package $(ARGS)
