# The short way to everything, on a bare Debian 12: each goal first installs what
# it lacks. `make help` lists the goals; CMakePresets.json has the long way.

.DEFAULT_GOAL := help
.PHONY: help demo test lint adversary build bench bench-plot build-costs goldens
.PHONY: format sanitize sanitize-part test-newest
.PHONY: deps install uninstall package package-test bazel
.PHONY: clean
.NOTPARALLEL:

JOBS ?= $(shell nproc)
# In CI warnings are errors, nobody opens a debugger, whose tables are a sixth of
# the time to compile, and no cache knows a source already: clang needs little more
# than half of g++'s time there, with headers precompiled, which gain g++ nothing.
# What users do, tests do with g++.
WERROR := $(if $(CI),ON,OFF)
COMPILE := $(if $(CI),-DCMAKE_CXX_COMPILER=clang++ -DMODELSERVICE_PRECOMPILE=ON \
  -DMODELSERVICE_USERS_COMPILER=g++ -DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1)

help:  ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | \
	  while IFS='|' read -r goal text; do \
	    printf '  make %-12s %s\n' "$$goal" "$$text"; done

demo:  ## Build the quickstart and walk through it: about 3 minutes at first
	@scripts/install_packages.sh build demo
	@cmake --preset demo > /dev/null
	@cmake --build build/demo --parallel $(JOBS) --target examples/quickstart/all
	@examples/quickstart/demo.sh build/demo

test:  ## Build everything and run all tests
	@scripts/install_packages.sh build demo test
	@scripts/install_clients.sh build/dev/clients
	cmake --preset dev -DMODELSERVICE_WERROR=$(WERROR) $(COMPILE)
	cmake --build --preset dev --parallel $(JOBS)
	@scripts/lint.py build/dev
	@scripts/check_arrows.py
	@scripts/check_format.sh
	@scripts/run_tests.sh dev $(JOBS)

lint:  ## Check locks, who includes whom, and how sources and scripts are written
	@scripts/install_packages.sh build demo test
	@scripts/check_arrows.py
	@scripts/check_format.sh
	cmake --preset dev
	cmake --build --preset dev --parallel $(JOBS) --target modelservice_manage
	@scripts/lint.py build/dev
	@scripts/lint.py build/dev --alone

# What clients do to a server on purpose or by accident, and who may do what.
ATTACKS := ^(adversary_.*|starvation_.*|schedules_.*|storage_.*|guard_.*|.*_corpus)_?test$$
adversary: export SLOW := 1
adversary: export STARVATION_CALLS := 100000
adversary: export STARVATION_ROWS := 10000000
adversary: export STORAGE_MESSAGES := 100000

bazel:  ## Build with Debian's Bazel, and use it from outside: 10 minutes and more
	@scripts/install_packages.sh build test bazel
	@CI=1 tests/bazel/run_bazel.sh . build/bazel

test-newest:  ## Build and test, as root, with Debian's newest compiler, protobuf and gRPC: 90 minutes
	@scripts/install_packages.sh chroot
	@scripts/test_newest.sh build/newest $(JOBS)

adversary:  ## Attack servers for longer than make test does: 20 minutes
	@scripts/install_packages.sh build demo test
	@scripts/install_clients.sh build/dev/clients
	cmake --preset dev
	cmake --build --preset dev --parallel $(JOBS)
	ctest --preset dev --tests-regex '$(ATTACKS)'

PREFIX ?= /usr/local

install:  ## Build a release and install it: make install PREFIX=/usr/local
	@scripts/install_packages.sh build
	cmake --preset release
	cmake --build --preset release --parallel $(JOBS)
	cmake --install build/release --prefix "$(PREFIX)"

uninstall:  ## Remove what make install has installed
	@test -f build/release/install_manifest.txt || \
	  { echo "Nothing was installed from this folder."; exit 1; }
	@xargs -d '\n' rm -fv < build/release/install_manifest.txt

# The time of the last commit, so that the same sources give the same packages.
package: export SOURCE_DATE_EPOCH = $(shell git log -1 --format=%ct 2> /dev/null)
package:  ## Build Debian packages into build/package
	@scripts/install_packages.sh build package
	cmake --preset release -B build/package -DCMAKE_INSTALL_PREFIX=/usr
	cmake --build build/package --parallel $(JOBS)
	cd build/package && cpack

package-test: package  ## Install them into a bare Debian, as root, and serve there
	@scripts/install_packages.sh chroot
	@tests/consumer/run_chroot.sh build/package build/package/chroot

sanitize:  ## Run all tests under sanitizers, thread's below gRPC: 90 minutes
	@scripts/install_packages.sh build demo test
	@scripts/install_clients.sh build/asan/clients
	cmake --preset asan
	cmake --build --preset asan --parallel $(JOBS)
	@scripts/run_tests.sh asan $(JOBS)
	cmake --preset tsan
	cmake --build --preset tsan --parallel $(JOBS)
	@scripts/run_tests.sh tsan $(JOBS)

# What reads strangers' texts, and what threads share, in a few minutes.
sanitize-part:  ## Run under sanitizers what CI does: 3 minutes
	@scripts/install_packages.sh build demo test sanitize
	cmake --preset asan $(COMPILE)
	cmake --build --preset asan --parallel $(JOBS) --target sql_test
	@scripts/run_tests.sh asan $(JOBS) --tests-regex '^sql_test$$'
	cmake --preset tsan $(COMPILE)
	cmake --build --preset tsan --parallel $(JOBS) --target base_test sqlite_test
	@scripts/run_tests.sh tsan $(JOBS) --tests-regex '^(base|sqlite)_test$$'

build:  ## Build everything into build/dev
	@scripts/install_packages.sh build demo test
	cmake --preset dev -DMODELSERVICE_WERROR=$(WERROR)
	cmake --build --preset dev --parallel $(JOBS)

# Options of tests/benchmark/bench.py: make bench BENCH="--databases sqlite"
BENCH ?=

bench:  ## Measure against a hand-written server and Django: 20 minutes
	@scripts/install_packages.sh build bench
	cmake --preset bench
	cmake --build --preset bench --parallel $(JOBS)
	@tests/benchmark/run.sh build/bench --json build/bench/figures.json $(BENCH)

bench-plot:  ## Draw the last run of bench and build-costs in docs/
	@/usr/bin/python3 -B tests/benchmark/plot.py build/bench

build-costs:  ## Measure what generated code costs to generate and compile
	@scripts/install_packages.sh build bench
	cmake --preset bench
	cmake --build --preset bench --parallel $(JOBS)
	@/usr/bin/python3 -B tests/benchmark/build_costs.py --build build/bench \
	  --json build/bench/costs.json

goldens:  ## Rewrite what the plugin is expected to generate
	@scripts/install_packages.sh build demo test
	cmake --preset dev
	cmake --build --preset dev --parallel $(JOBS) --target protoc-gen-modelservice
	@/usr/bin/python3 tests/golden/golden.py --protoc=$$(command -v protoc) \
	  --plugin=build/dev/plugin/protoc-gen-modelservice --protos=protos --update

format:  ## Format the C++ sources in place
	@scripts/install_packages.sh format
	@git ls-files '*.cc' '*.h' ':!*/golden/*' ':!tests/docs/*' | \
	  xargs clang-format -i

deps:  ## Install every Debian package that any goal needs
	@scripts/install_packages.sh build demo test bench format

clean:  ## Remove all that was built
	rm -rf build
