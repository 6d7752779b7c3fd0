.DEFAULT_GOAL := help
.PHONY: help run test deny bench schema install package package-test

help: ## Show this list
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+): .*## (.*)/  make \1\t\2/' | expand -t 22
	@echo
	@echo "Options go in ARGS:  make run ARGS='--listen 127.0.0.1:9000'"
	@echo "Build output goes to CARGO_TARGET_DIR, by default ~/.cache/accord/target"

run: ## Build and start the demo: people, a pipeline, a published form, a landing page
	@scripts/run $(ARGS)

test: ## Install what the tests need, start private servers, run every check
	@scripts/test

deny: ## Ask the advisory database about every dependency; needs a network, which `make test` does not
	@scripts/install-test-tools
	@cargo deny --locked check

bench: ## Run the benchmarks, optimised
	@scripts/bench $(ARGS)

schema: ## Write schema.graphql from the code
	@scripts/schema

install: ## Build the program, optimised, and install it to PREFIX (/usr/local)
	@scripts/install $(ARGS)

package: ## Build the Debian package
	@scripts/package $(ARGS)

package-test: ## Install, upgrade, remove and purge the Debian package in a system of its own
	@scripts/test-package $(ARGS)
