# Two commands do everything, set-up included: `make demo` and `make test`.
# They need Node >= 20.19, npm, make, python3 and a C++ compiler.
#
#   make demo                    the main job on an embedded cluster; ONCE=1 ends with a status, see README.md
#   MASTER=host:9333 make demo   the same on a cluster of yours
#   make test                    lint, types, dead code, tests; the last line is `N passed, N failed, N skipped`
#   make build                   dependencies and dist/; then `node bin/weed.js` runs
#   make clean                   removes what the others made

SHELL := /bin/sh
.DEFAULT_GOAL := build
.PHONY: build demo test clean

# The stamp of an install names the lock file's content and Node's binary interface, since native modules fit only one.
KEY := $(shell node -p '[process.versions.modules, require("crypto").createHash("sha256").update(require("fs").readFileSync("package-lock.json")).digest("hex").slice(0, 12)].join("-")' 2>/dev/null)
INSTALLED := node_modules/.installed-$(KEY)

# better-sqlite3 is compiled when no ready-made binary can be fetched: with Node's own headers where Node brought them.
NODE_PREFIX := $(shell node -p 'require("path").dirname(require("path").dirname(process.execPath))' 2>/dev/null)
ifneq ($(wildcard $(NODE_PREFIX)/include/node/node_api.h),)
export npm_config_nodedir := $(NODE_PREFIX)
endif
export JOBS := max

build: $(INSTALLED)
	@npm run --silent build

$(INSTALLED): package-lock.json
	@command -v node >/dev/null || { echo "Node 20.19 or newer is needed; there is no node on the path." >&2; exit 1; }
	npm ci
	@touch $@

demo: build
	@exec node bin/weed.js demo $(if $(filter-out 0,$(ONCE)),-once) $(if $(MASTER),-master=$(MASTER))

test: build
	@npm run --silent lint
	@npm run --silent types
	@npm run --silent deadcode
	@npm run --silent test

clean:
	rm -rf dist coverage .stamps .demo node_modules
