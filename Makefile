# Nearly every target is one line of Maven: the build is in the POMs.
#
#   M=core          only this module and what it needs (test)
#   REPLICAS=3      how many bridges share an inbox in Redis (e2e)
#   SUITE= ROUNDS=  which test class to run, and for how many rounds (soak)
#   ROWS=network    only these rows of the benchmarks of serve and of the queue tools (bench)
#   BUDGET=60       for how many minutes to run the suites of .ci/soak-suites (soak)
#   P="sandbox …"   which profiles of compose.yaml to start (up)

.DEFAULT_GOAL := help
.PHONY: help test test-faults test-image test-dist e2e e2e-local e2e-cloud provision validate install lint typecheck \
        test-unit test-integration test-e2e test-broker format completions golden bench bench-image soak \
        dist dist-local install-man up up-local up-cloud up-monitoring down logs clean

jdk25 := $(shell . ./.mvn/jdk25.sh && find_java25 javac && echo "$$java25")
jdk25_missing = $(shell . ./.mvn/jdk25.sh && echo "$$jdk25_missing")
mvn = $(if $(jdk25),,$(error $(jdk25_missing)))JAVA_HOME="$(jdk25)" mvn
only = -Dsurefire.failIfNoSpecifiedTests=false
version = $(shell sed -n 's|^  <version>\(.*\)</version>|\1|p' pom.xml)

help: ## List the targets
	@sed -n 's/^\([a-z0-9-]*\): .*## /\1	/p' $(MAKEFILE_LIST) | awk -F '\t' '{printf "  %-18s%s\n", $$1, $$2}'

test: ## Check and test everything but the fault suites
	@.ci/counts begin
	$(mvn) verify $(if $(M),-pl $(M) -am)
	@.ci/counts end

test-faults: ## Run the fault suites: processes killed and restarted, Redis gone, disks full
	@.ci/counts begin
	$(mvn) verify -P faults -pl service,acceptance -am
	@.ci/counts end

test-image: ## Build the image without an engine, and test it (root; see CONTRIBUTING.md)
	JAVA_HOME="$(jdk25)" .ci/test-image
	@.ci/counts begin
	$(mvn) verify -P image -pl acceptance -am -Dtest.image.rootfs="$(CURDIR)/target/image/rootfs"
	@.ci/counts end

install: ## Build ./stripebridge without running the tests
	$(mvn) package -pl cli -am -Dmaven.test.skip=true

lint: ## Check the format
	$(mvn) spotless:check

typecheck: ## Compile everything, with warnings as errors
	$(mvn) test-compile -P bench

test-unit: ## Run the tests of the modules
	$(mvn) test -pl '!acceptance'

test-integration: ## Run the architecture and tidiness tests
	$(mvn) verify -Dtest='ArchitectureTest,TidyTest' $(only)

test-e2e: ## Run the acceptance scripts and the examples in README and docs
	$(mvn) verify -Dtest='AcceptanceTest,LauncherTest,ReadmeTest' $(only)

e2e: ## Start a broker and a bridge, and validate an event of each type (REPLICAS=3: with Redis)
	$(if $(REPLICAS),$(mvn) -q verify -pl acceptance -am -Dtest=ReplicatedPipelineTest $(only) \
	  -Dtest.replicas=$(REPLICAS),./stripebridge validate --sandbox)

e2e-local: e2e ## Same as e2e

e2e-cloud: ## Provision the broker of .env, start serve, and validate both
	.ci/e2e-cloud

provision: ## Apply topology.yaml to the broker of .env
	./stripebridge provision

validate: ## Validate the running bridge and the broker of .env
	./stripebridge validate

test-broker: ## Run the scripts that need a broker against SOLACE_HOST and SOLACE_SEMP_HOST
	$(mvn) verify -P broker -pl acceptance -am -Dtest=AcceptanceTest $(only)

format: ## Format sources and POMs
	$(mvn) spotless:apply

completions: ## Regenerate completions/ from the commands
	$(mvn) test -pl cli -am -Dtest=CompletionsTest -Dgolden.update=true $(only)

golden: ## Regenerate every golden file; review the diff
	$(mvn) test -pl '!acceptance' -Dgolden.update=true
	$(mvn) verify -Dgolden.update=true $(only) \
	  -Dtest='stripebridge.acceptance.deploy.chart.*Test'

bench: ## Measure, each figure next to its baseline (ROWS=network,acks ROUNDS=1: only these)
	$(mvn) verify -P bench -pl bench -am -DskipTests $(if $(ROWS),-Dbench.others.skip=true \
	  -Dbench.only=$(ROWS) -Dbench.rounds=$(or $(ROUNDS),5))

bench-image: ## Compare the start of the image, left by test-image, with the launcher's (ROUNDS=11)
	.ci/bench-image $(or $(ROUNDS),11)

soak: ## Run suites for a long time, resumable: BUDGET=60 minutes, or SUITE=EventFuzzTest ROUNDS=…
	@JAVA_HOME="$(jdk25)" BUDGET="$(BUDGET)" .ci/soak "$(SUITE)" "$(ROUNDS)"

dist: ## Build target/dist: the archive without sol-jcsmp, its SBOM, and SHA256SUMS
	$(if $(jdk25),,$(error $(jdk25_missing)))JAVA_HOME="$(jdk25)" .ci/dist

test-dist: ## Build target/dist twice in different surroundings, compare, and test what is in it
	$(if $(jdk25),,$(error $(jdk25_missing)))JAVA_HOME="$(jdk25)" .ci/dist-twice
	@.ci/counts begin
	$(mvn) verify -pl acceptance -am -Dtest=DistTest $(only)
	@.ci/counts end

dist-local: install ## Pack target/stripebridge-…-local.tar.gz for your own machines
	.ci/dist-local "$(version)"

install-man: ## Install the manual pages below PREFIX=/usr/local
	install -d "$(DESTDIR)$(or $(PREFIX),/usr/local)/share/man/man1"
	install -m 0644 docs/man/man1/*.1 "$(DESTDIR)$(or $(PREFIX),/usr/local)/share/man/man1/"

up: ## Start the containers of compose.yaml (P="sandbox replicas": with these profiles)
	deploy/compose/stack up $(PROFILES) $(P)

up-local: ## Same as up, with Solace's broker on this machine
	deploy/compose/stack up local $(PROFILES) $(P)

up-monitoring: ## Same as up, with Prometheus and Grafana
	deploy/compose/stack up monitoring $(PROFILES) $(P)

up-cloud: up ## Same as up: the broker of .env

down: ## Stop and remove the containers; the inbox stays
	deploy/compose/stack down

logs: ## Follow the logs of the containers
	deploy/compose/stack logs

clean: ## Remove all build output
	$(mvn) clean -P bench
