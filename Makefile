# The commands anyone needs; `make` alone lists them.

.DEFAULT_GOAL := help
.PHONY: help run serve check fmt test test-cluster test-cluster-faults test-sabotage lint pure deny doc bench bench-scale ci clean tools test-sim access-time test-faults test-upgrade test-cuts test-disks test-power test-fuzz test-mixed test-mutants test-schemathesis test-clients sbom

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## build, make a demo clinic, serve it (needs Rust and gcc only)
	cargo run --release --package server -- demo

serve: ## build and serve without demo data
	cargo run --release --package server -- serve

check: ## compile everything, tests too, with default features
	cargo check --workspace --all-targets

fmt: ## format the source
	cargo fmt --all

# The binary is built first because the acceptance tests start it.
test: tools ## install what is missing, start a MariaDB, run every test
	cargo test --doc --workspace --all-features
	cargo build --workspace --all-features --bins
	tests/with-mariadb cargo nextest run --workspace --all-features --no-fail-fast
	$(MAKE) test-disks

# Anybody can fill a disk in a namespace of their own; one that loses power needs devices, and so root.
CAN_CUT := cd "$$SLOTKEEPER_TEST_DISKS" && truncate -s 256M disk && mkfs.btrfs -q disk && mkdir on && mount -o loop disk on && umount on
DISKS := tests/with-disks cargo nextest run --profile disks --package acceptance --all-features

test-disks: ## fill disks under load, and as root cut their power
	@tests/install-missing disks
	cargo build --workspace --all-features --bins
	@if ! tests/with-disks true; then \
		echo "test-disks: left out, because no file system can be mounted here"; \
	elif ! tests/with-disks sh -c '$(CAN_CUT)'; then \
		echo "test-disks: power cuts are left out, because they need root, loop devices and btrfs"; \
		$(DISKS) -E 'not test(power::)'; \
	else \
		$(DISKS); \
	fi

test-power: ## cut the power ROUNDS times and write it into docs/proof (root; WHAT=power::sqlite, full::mariadb …)
	@tests/install-missing disks
	cargo build --workspace --all-features --bins
	SLOTKEEPER_TEST_ROUNDS=$(or $(ROUNDS),200) $(DISKS) -E 'test($(or $(WHAT),power))'

# Nodes are killed here, so these tests run one after the other; see .config/nextest.toml.
test-cluster: ## install what is missing, start three nodes of Galera, run the tests that need them
	@tests/install-missing cluster
	cargo build --workspace --all-features --bins
	tests/with-galera cargo nextest run --profile cluster --package store-diesel --package acceptance --all-features

test-cluster-faults: ## ROUNDS of each fault of a node under load, or of WHAT=is_killed, are_killed, cut_off or stands_still; adds rows to docs/proof/faults.md
	@tests/install-missing cluster
	cargo build --workspace --all-features --bins
	SLOTKEEPER_TEST_ROUNDS=$(or $(ROUNDS),10) tests/with-galera cargo nextest run --profile cluster-faults \
		--package acceptance --all-features -E 'test(/under_load.*$(WHAT)/)'

DEEDS := 100000
test-mixed: tools ## try DEEDS of booking, moving, cancelling, publishing, blocking, closing accounts on each engine
	SLOTKEEPER_TEST_DEEDS=$(DEEDS) tests/with-mariadb cargo nextest run --package store-diesel \
		--all-features --no-capture -E 'test(many_hands_on_few_slots)'

# What only several nodes show is run on the cluster of `make test-cluster`.
test-sabotage: ## take each safety line out of a copy of the source, and see a named test fail
	@tests/install-missing cluster
	tests/with-mariadb tests/sabotage/run store
	tests/with-galera tests/sabotage/run cluster

# What a core's own tests do not notice is left to the contract of the stores, which testkit runs in memory. What was
# caught once is not tried again, also after a run that was ended.
MUTANTS := cargo mutants --package scheduling-core --package identity-core --test-tool nextest --output target/mutants \
	--iterate --jobs $(or $(JOBS),2)
test-mutants: ## change the code of the scheduling and identity cores in every way (JOBS at a time), and see a test of theirs fail
	@tests/install-missing mutants
	mkdir -p target/mutants
	$(MUTANTS) || true
	$(MUTANTS) --test-package testkit

# A run that was ended is taken up again behind the last row that it has written.
DAYS := 100000
SIM_ROWS := docs/proof/simulation.md
test-sim: ## simulate DAYS=100000 more days with a store that goes wrong, or tell the story of one: SEED=7
	cargo build --release --package testkit --example simulate
	@if [ -n "$(SEED)" ]; then \
		target/release/examples/simulate seed=$(SEED) $(if $(SABOTAGE),sabotage=$(SABOTAGE)); \
	else \
		from=$$(awk -F '|' '/^\| [0-9]+-/ { from = $$4 + $$5 } END { print from + 0 }' $(SIM_ROWS)); \
		row="| $$(date -u +%F) | $$(git rev-parse --short HEAD)"; \
		target/release/examples/simulate days=$(DAYS) from=$$from "row=$$row" >> $(SIM_ROWS); \
	fi

access-time: ## print whether time tells what is another's from what is not there
	cargo build --package server --all-features
	cargo bench --profile dev --package acceptance --all-features --bench telling_apart

test-faults: tools ## ROUNDS of each fault under load, or of WHAT=kill_server, kill_database, stopping, rolling or backup; adds rows to docs/proof/faults.md
	cargo build --workspace --all-features --bins
	SLOTKEEPER_TEST_ROUNDS=$(or $(ROUNDS),20) tests/with-mariadb cargo nextest run --package acceptance --all-features \
		--no-fail-fast --no-capture -E 'binary(faults) and not test(/checker/) and test(/$(or $(WHAT),.)/)'

OLDER := target/older
test-upgrade: tools ## build revision FROM, and restart it and this version in turn under load, ROUNDS times; adds a row to docs/proof/faults.md
	rm -rf $(OLDER)/source
	mkdir -p $(OLDER)/source
	git archive $(or $(FROM),$(error FROM says which revision to come from)) | tar --extract --directory=$(OLDER)/source
	CARGO_TARGET_DIR=$(OLDER)/build cargo build --manifest-path $(OLDER)/source/Cargo.toml --package server --features mysql
	SLOTKEEPER_TEST_OLDER=$(CURDIR)/$(OLDER)/build/debug/slotkeeper $(MAKE) test-faults WHAT=rolling ROUNDS=$(or $(ROUNDS),20)

CUTS := 10000
test-cuts: tools ## cut CUTS connections of clients, of the database and of both; adds rows to docs/proof/cuts.md
	cargo build --package server --all-features
	SLOTKEEPER_TEST_ROUNDS=$(CUTS) tests/with-mariadb cargo nextest run --package acceptance --all-features \
		--no-capture -E 'binary(cuts) and test(one_appointment_per_key)'

CASES := 1000000
test-fuzz: tools ## try every parser with CASES texts that nobody should send, and note it in docs/proof/fuzz.md
	tests/fuzz $(CASES)

REQUESTS := 250000
test-schemathesis: ## send REQUESTS requests made from our OpenAPI, as every role, and note it in docs/proof/fuzz.md
	tests/install-missing fuzz
	cargo build --release --package server $(if $(MYSQL),--features mysql)
	$(if $(MYSQL),tests/with-mariadb )target/python/bin/python tests/schemathesis/run.py $(REQUESTS)

test-clients: ## make clients with five generators and walk through a demo clinic with each, and run a Postman collection (Node.js, Java and Python)
	tests/install-missing clients
	cargo build --package server
	tests/clients/run target/debug/slotkeeper

lint: tools ## formatting, clippy, documentation, and `make pure`
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --all-features -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --no-deps --workspace --all-features
	$(MAKE) pure

# Alone, a package gets only the features that it asks for itself.
CORES := kernel scheduling-core identity-core clinic-core messaging-core application

pure: ## each core compiles alone, without database, web and serde
	@for core in $(CORES); do \
		echo "pure: $$core"; \
		cargo check --quiet --package $$core || exit 1; \
		tree=$$(cargo tree --edges normal --prefix none --package $$core) || exit 1; \
		if echo "$$tree" | grep -E '^(diesel|actix|serde|tokio)[a-z_-]* v'; then \
			echo "pure: $$core must not depend on the above"; exit 1; \
		fi; \
	done

DENY := licenses bans sources advisories
deny: ## licences, banned crates, sources and known holes (DENY) of the dependencies
	tests/install-missing deny
	cargo deny check $(DENY)

sbom: ## what the program is made of, as CycloneDX, in target/sbom
	tests/install-missing sbom
	cargo cyclonedx --format json --all-features --override-filename sbom --quiet
	mkdir -p target/sbom
	mv crates/server/sbom.json target/sbom/slotkeeper.json
	rm -f crates/*/sbom.json tests/sbom.json

doc: ## the documentation of every crate, in target/doc
	cargo doc --no-deps --workspace

# The benchmark looks for the binary beside itself: in the release build. An overload is some thousand connections.
MEASURE := ulimit -S -n 8192 && tests/with-mariadb cargo bench --package acceptance --features mysql --bench system --

bench: ## measure everything and write docs/benchmarks.md, or print WHAT=idle, search, booking, storm, overload, rush
	tests/install-missing bench
	cargo build --release --package server --features mysql
	$(if $(WHAT),,cargo bench --package scheduling-core)
	$(MEASURE) $(WHAT) $(if $(OVERLOAD_SECONDS),overload_seconds=$(OVERLOAD_SECONDS))

SIZE := 1000000
bench-scale: ## measure with SIZE slots, and with SIZE of each thing that grows, against 10,000, and write docs/benchmarks.md (WHAT=slots or grown)
	tests/install-missing bench
	cargo build --release --package server --features mysql
	$(if $(filter grown,$(WHAT)),,$(MEASURE) slots=$(SIZE))
	$(if $(filter slots,$(WHAT)),,$(MEASURE) grown=$(SIZE))

ci: lint test ## what has to pass before a change is taken

clean: ## remove what was built, but no data
	cargo clean

tools:
	@tests/install-missing
