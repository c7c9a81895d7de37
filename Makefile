# Every target can be run again; the work is done by the scripts.
.PHONY: help run test test-slow bench check format clean
.DEFAULT_GOAL := help

help: ## Show what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Build the release and start the server with a made-up shop in ./reorder-data
	@Scripts/run.sh

test: ## Build and run the tests
	@Scripts/test.sh

test-slow: ## Build and run the tests, the slow ones too
	@REORDER_SLOW_TESTS=1 Scripts/test.sh

bench: ## Build the release and measure it
	@Scripts/install.sh bench
	@Scripts/bench.sh

check: ## Check format, layout rules and warnings
	@Scripts/check.sh

format: ## Format the Swift sources in place
	@swift format format --in-place --parallel --recursive Sources Tests Examples Package.swift
	@echo "Formatted Sources, Tests, Examples and Package.swift."

clean: ## Remove what was built; ./reorder-data stays
	@rm -rf .build .build-tools
	@echo "Removed .build and .build-tools. ./reorder-data is untouched: remove it yourself to start with an empty shop."
