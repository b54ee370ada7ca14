# `make quickstart` and `make test` are all that a new machine needs; both install what is missing.

SHELL       := /bin/bash
.SHELLFLAGS := -o pipefail -c

SWIFT     ?= swift
BUILD     := $(SWIFT) build -c release
TANDEM    := .build/release/tandem
PACKAGES  := libpng-dev zlib1g-dev libzip-dev libdnnl-dev libcairo2-dev liblapacke-dev \
             fonts-dejavu-core pkg-config gcc git dataset-fashion-mnist libjs-dygraphs
VENV      := Benchmarks/.venv
INTEROP   := Tests/Interop/.venv

.PHONY: help quickstart test build lint format dependencies bench browser interop clean

help:
	@echo "make quickstart   install, build, train a small GAN, say which picture to open"
	@echo "make test         install, build, check the formatting, run every test"
	@echo "make build        build the program, .build/release/tandem"
	@echo "make bench        measure the speed beside PyTorch (installs it into $(VENV))"
	@echo "make browser      drive the pages of reports and explanations in headless Chromium (installs it)"
	@echo "make interop      let TensorBoard, NumPy and safetensors read what is written"
	@echo "make format       format the sources in place"

quickstart: build
	@run=$$($(TANDEM) run experiments/ring-gan) && \
	  echo && echo "Samples painted by this run, the last one:" && \
	  ls "$$run"/samples/*/step-*.png | tail -n 1

test: dependencies lint
	$(BUILD) --build-tests
	@log=.build/tests.log; $(SWIFT) test -c release --skip-build 2>&1 | tee $$log || { \
	  echo; echo "What failed:"; grep -a -A 4 -e '^✘' -e '[Ff]atal error' $$log; exit 1; }

build: dependencies
	$(BUILD) --product tandem

lint:
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests Benchmarks

format:
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests Benchmarks

# Installs by apt the packages that dpkg does not know as installed.
dependencies:
	@missing=""; for package in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' \
	    || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "Installing$$missing"; \
	  if [ "$$(id -u)" = 0 ]; then root=""; else root="sudo"; fi; \
	  $$root apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $$root apt-get install -qq -y --no-install-recommends $$missing; \
	fi

bench: PACKAGES += python3-venv
bench: dependencies $(VENV)/installed
	$(BUILD) --product tandem-bench
	$(VENV)/bin/python Benchmarks/bench.py
	.build/release/tandem-bench logging experiments/dcgan-fashion

browser: PACKAGES += chromium chromium-driver python3
browser: dependencies
	$(BUILD) --product tandem
	python3 -B Tests/Browser/report.py $(TANDEM) .build/browser
	python3 -B Tests/Browser/explain.py $(TANDEM) .build/browser
	@echo "Pictures of the pages are in .build/browser"

$(VENV)/installed: Benchmarks/requirements.txt | dependencies
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet --requirement Benchmarks/requirements.txt
	touch $@

interop: PACKAGES += python3-venv
interop: build $(INTEROP)/installed
	$(INTEROP)/bin/python Tests/Interop/interop.py $(TANDEM)

$(INTEROP)/installed: Tests/Interop/requirements.txt | dependencies
	python3 -m venv $(INTEROP)
	$(INTEROP)/bin/pip install --quiet --requirement Tests/Interop/requirements.txt
	touch $@

clean:
	rm -rf .build $(VENV) $(INTEROP)
