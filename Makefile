# Greenlight: everything starts here. Each target brings what it needs; nothing is installed outside of this folder.
SHELL := /bin/sh
.DEFAULT_GOAL := help
# Folder of conf/, runs/, the database and the object store.
GREENLIGHT_HOME ?= $(CURDIR)
GREENLIGHT := node packages/server/bin/greenlight.js

INSTALLED := node_modules/.greenlight-installed
CONSOLE := packages/web/dist/index.html
CONSOLE_SOURCES := $(shell find packages/web packages/contract/src -type f -not -path '*/dist/*' -not -path '*/node_modules/*' 2>/dev/null)

.PHONY: help op-console test clean-op-console

help: ## Show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

op-console: $(INSTALLED) $(CONSOLE) ## Install, build and serve API and console on 127.0.0.1:8008 until Ctrl-C
	@$(GREENLIGHT) serve --home "$(GREENLIGHT_HOME)"

test: $(INSTALLED) $(CONSOLE) ## Install, build, then run every check and test
	@status=0; npm run --silent check || status=1; npm test --silent || status=1; exit $$status

clean-op-console: ## Stop the server of this home and remove what was built; runs/ stays
	@if [ -f $(INSTALLED) ]; then $(GREENLIGHT) stop --home "$(GREENLIGHT_HOME)"; fi
	rm -rf packages/web/dist

# Runs again only when the lock file has changed since. Not `npm ci`: it refuses a lock file that lacks the binaries of
# platforms whose registry had none when it was written; `npm install` keeps every locked version and adds only those.
$(INSTALLED): package-lock.json
	npm install --no-audit --no-fund --loglevel=error
	@touch $@

$(CONSOLE): $(INSTALLED) $(CONSOLE_SOURCES)
	npm run --silent build -w packages/web
