.DEFAULT_GOAL := help
.PHONY: help run test deny bench schema

help: ## Show this list
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+): .*## (.*)/  make \1\t\2/' | expand -t 18
	@echo
	@echo "Options go in ARGS:  make run ARGS='--listen 127.0.0.1:9000'"
	@echo "Build output goes to CARGO_TARGET_DIR, by default ~/.cache/accord/target"

run: ## Build and start the demo: people, a pipeline, a published form, a landing page
	@scripts/run $(ARGS)

test: ## Install what the tests need, start private servers, run every check
	@scripts/test

deny: ## Check all dependencies for security advisories; needs the network, unlike `make test`
	@scripts/install-test-tools
	@cargo deny --locked check

bench: ## Run the benchmarks as a release build
	@scripts/bench $(ARGS)

schema: ## Generate schema.graphql from the code
	@scripts/schema
