# Amparo. `make help` says what there is.
SHELL := /bin/bash
BUILD ?= .build
DATA ?= data
PORT ?= 8080
SWIFT := swift
# Tests at once. All of them together wait for one another's processor and connections until their patience ends.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= 16
.PHONY: help run build test test-fast forms api bench lint format clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: build ## the demonstration on http://localhost:8080; keeps what you do there (DATA=folder PORT=number)
	@exec $(BUILD)/release/amparo demo --data $(DATA) --port $(PORT) --public-address http://localhost:$(PORT)

build: ## the release program, .build/release/amparo
	@Scripts/prepare run
	@[ -e $(BUILD)/release/amparo ] || echo "The first build takes about half an hour on two cores; later ones take seconds."
	@Scripts/stage "release build" $(SWIFT) build -c release --product amparo

test: ## everything: format, house rules, both engines, the pack, the interface for programs, the browser
	@Scripts/prepare test
	@Scripts/stage "format" $(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests
	@Scripts/stage "house rules" Scripts/check-house
	@Scripts/stage "build" $(SWIFT) build --build-tests
	@Scripts/stage "tests, both engines" Scripts/with-postgres $(SWIFT) test --skip-build --parallel
	@Scripts/stage "faults" Tests/Faults/run
	@Scripts/stage "pack" $(BUILD)/debug/amparo pack check
	@Scripts/prepare api
	@Scripts/stage "api" Tests/Api/run
	@Scripts/prepare browser
	@Scripts/stage "forms" Tests/Forms/run
	@Scripts/stage "browser" Tests/Browser/run

test-fast: ## the tests on the embedded engine only, for daily use; under three minutes
	@Scripts/prepare run
	@Scripts/stage "build" $(SWIFT) build --build-tests
	@Scripts/stage "tests, SQLite" $(SWIFT) test --skip-build --parallel

forms: ## every instrument as an XLSForm, converted with pyxform, with the same verdict
	@Scripts/prepare forms
	@Scripts/stage "build" $(SWIFT) build --product amparo
	@Scripts/stage "forms" Tests/Forms/run

api: ## the interface for programs, held to its OpenAPI document by schemathesis
	@Scripts/prepare api
	@Scripts/stage "build" $(SWIFT) build --product amparo
	@Scripts/stage "api" Tests/Api/run

bench: ## measure the release build on both engines (BENCH='--only casework --sizes 10000,100000')
	@Scripts/prepare test
	@Scripts/stage "release build" $(SWIFT) build -c release
	@Scripts/stage "benchmark" Scripts/with-postgres --as-in-service $(BUILD)/release/amparo-bench $(BENCH)

lint: ## format and house rules
	@$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests
	@Scripts/check-house

format: ## bring the code into the house's format
	@$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

clean: ## remove what was built
	@rm -rf $(BUILD)
