# Amparo. `make help` says what there is.
SHELL := /bin/bash
BUILD ?= .build
SWIFT := swift
.PHONY: help prepare build test test-fast lint format clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

prepare: ## install what is missing from the distribution's packages
	@Scripts/prepare

build: prepare ## the release program, .build/release/amparo
	@Scripts/stage "release build" $(SWIFT) build -c release --product amparo

test: prepare ## everything: format, house rules, both engines, the pack
	@Scripts/stage "format" $(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests
	@Scripts/stage "house rules" Scripts/check-house
	@Scripts/stage "build" $(SWIFT) build --build-tests
	@Scripts/stage "tests, both engines" Scripts/with-postgres $(SWIFT) test --skip-build --parallel
	@Scripts/stage "faults" Tests/Faults/run
	@Scripts/stage "pack" $(BUILD)/debug/amparo pack check

test-fast: ## the tests on the embedded engine only, for daily use
	@Scripts/stage "build" $(SWIFT) build --build-tests
	@Scripts/stage "tests, SQLite" $(SWIFT) test --skip-build --parallel

lint: ## format and house rules
	@$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests
	@Scripts/check-house

format: ## bring the code into the house's format
	@$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

clean: ## remove what was built
	@rm -rf $(BUILD)
