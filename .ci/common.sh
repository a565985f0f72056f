# Sourced by `run` and `full`: steps with their seconds, tools, the commands that the README shows.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
tools=$root/target/tools

export PATH="$tools/bin:$PATH"
export CARGO_TERM_QUIET=true CARGO_TERM_PROGRESS_WHEN=never CARGO_TERM_COLOR=never NO_COLOR=1

times=()
current=

# step NAME COMMAND…: runs it, and notes how long it took.
step() {
  current=$1
  shift
  local start=$SECONDS
  echo "== $current"
  "$@"
  times+=("$(printf '%5d s  %s' $((SECONDS - start)) "$current")")
  current=
}

# Prints the seconds of each step, also when one of them fails.
finish() {
  local status=$?
  echo "== seconds per step"
  ((${#times[@]} == 0)) || printf '%s\n' "${times[@]}"
  printf '%5d s  in all\n' "$SECONDS"
  if ((status != 0)); then
    echo "FAILED${current:+ in step: $current}"
  fi
}
trap finish EXIT

# The command in the README's code block that follows the line `<!-- ci: NAME -->`.
readme_command() {
  awk -v mark="<!-- ci: $1 -->" '
    $0 == mark { found = 1; next }
    found && /^```/ { if (inside) exit; inside = 1; next }
    inside { print }
  ' README.md
}

run_readme_command() {
  local command
  command=$(readme_command "$1")
  [[ -n $command ]] || { echo "README.md shows no command named $1"; return 1; }
  echo "\$ $command"
  bash -euo pipefail -c "$command"
}

# cargo_tool NAME: a cargo subcommand, built once into target/tools where the machine has none. A debug build takes
# half the time, and these tools do little work of their own.
cargo_tool() {
  if ! command -v "$1" >/dev/null; then
    cargo install --locked --debug --root "$tools" --target-dir "$tools/build" "$1"
    rm -rf "$tools/build"
  fi
}

# python_install REQUIREMENT: where the machine's Python has it not.
python_install() {
  if [[ -x $tools/python/bin/pip ]] || python3 -m venv "$tools/python" 2>/dev/null; then
    "$tools/python/bin/pip" install --quiet --disable-pip-version-check "$1"
  else
    # Some distributions package venv apart from Python.
    python3 -m pip install --quiet --disable-pip-version-check --target "$tools/python-packages" "$1"
  fi
}

# A Python with DuckDB, which runs the queries that backtests emit. It comes first: an environment that is made for it is
# the Python of everything after it.
python_with_duckdb() {
  python3 -c 'import duckdb; assert duckdb.__version__.startswith("2.")' 2>/dev/null || python_install 'duckdb==2.0.0'
  hash -r
}

# The engines whose queries `.ci/full` runs as well.
spark_and_postgres() {
  apt_program java openjdk-17-jre-headless
  python3 -c 'import pyspark' 2>/dev/null || python_install 'pyspark==4.3.0'
  [[ -d /usr/lib/postgresql ]] || command -v initdb >/dev/null || apt_program initdb postgresql
  python3 -c 'import psycopg' 2>/dev/null || python_install 'psycopg[binary]>=3,<4'
  hash -r
}

# A Python with pydantic, for the oracle that checks compiled trees.
python_with_pydantic() {
  python3 -c 'import pydantic; assert pydantic.VERSION.startswith("2.")' 2>/dev/null || python_install 'pydantic>=2,<3'
}
export PATH="$tools/python/bin:$PATH"
export PYTHONPATH="$tools/python-packages${PYTHONPATH:+:$PYTHONPATH}"

# Snapshots are compared, never written.
export INSTA_UPDATE=no

# What is deployed here goes to sandboxes, whatever organization this machine works with.
unset "${!GENESYS@}"

# A test whose outside tool is named here fails where the tool is missing, rather than being skipped.
export RULEC_REQUIRE=python,nvim,chromium,duckdb

# apt_program COMMAND PACKAGE: installs what the machine does not have.
apt_program() {
  if ! command -v "$1" >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >/dev/null
  fi
}

# Neovim, as old as the distribution has it: the language server is tried with it.
neovim() {
  apt_program nvim neovim
  nvim --version | head -n 1
}

# Node 20 or later, and npm, for what goes to editors.
node_and_npm() {
  # Some distributions' package of Node brings npm along, and refuses another.
  apt_program node nodejs
  apt_program npm npm
  if ! node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)'; then
    local package
    package=node-$(node -p '`${process.platform}-${process.arch}`')
    npm install --silent --no-save --prefix "$tools/node" "$package@22"
    export PATH="$tools/node/node_modules/$package/bin:$PATH"
  fi
}

# Chromium, as old as the distribution has it, and what drives it: the page of `rulec serve` is tried with them.
browser() {
  node_and_npm
  apt_program chromium chromium
  [[ -d $tools/browser/node_modules/puppeteer-core ]] ||
    npm install --silent --no-save --prefix "$tools/browser" puppeteer-core@24
  chromium --version
}

# Runs a command with no network, where this machine lets us take it away; else tells npm alone.
without_network() {
  if unshare --map-root-user --net true 2>/dev/null; then
    unshare --map-root-user --net "$@"
  else
    echo "the network cannot be taken away here: only npm is told to do without"
    npm_config_offline=true "$@"
  fi
}

# What goes to editors: the committed tree-sitter parser is what its grammar gives, the TextMate grammar colours what
# the parser reads, and the extension for VS Code is typed and packaged.
editors() {
  local parser=$root/target/editors/parser
  mkdir -p target/editors
  rm -rf "$parser"
  cargo run --locked --manifest-path editors/tree-sitter-rule/generate/Cargo.toml \
    --target-dir "$tools/generate" -- "$parser"
  diff -r editors/tree-sitter-rule/src "$parser" ||
    { echo "editors/tree-sitter-rule/src is not what grammar.js gives; CONTRIBUTING.md says how to write it anew"; return 1; }
  cargo run -p rulec-tests --example tokens >target/editors/tokens.json
  (
    cd editors/vscode
    npm ci --loglevel=error
    npm test -- "$root/target/editors/tokens.json"
    RULEC=$root/target/debug/rulec node --test test/server.js
    without_network npm run package
  )
}

# What other repositories take from this one; the binary is that of the tests.
hooks() {
  python3 -c 'import pre_commit' 2>/dev/null || python_install 'pre-commit>=4,<5'
  cargo build -p rulec
  .ci/hooks
}

documentation() {
  RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps
}

dependencies() {
  cargo_tool cargo-deny
  cargo deny --workspace check licenses bans sources
  # The database of advisories is a download; without a network the rest still counts.
  if timeout 120 cargo deny fetch db >/dev/null 2>&1; then
    cargo deny --workspace check advisories
  else
    echo "the advisory database cannot be fetched here: advisories are NOT checked"
  fi
}

# fuzz SECONDS: each target for that long. What it finds on the way goes to a scratch folder, so that the committed
# corpus changes only on purpose.
fuzz() {
  cargo_tool cargo-fuzz
  local target
  cargo fuzz build --sanitizer none
  for target in $(cargo fuzz list); do
    local scratch=$root/target/fuzz-corpus/$target
    mkdir -p "$scratch" "fuzz/corpus/$target"
    echo "-- $target, $1 s"
    if ! cargo fuzz run --sanitizer none "$target" "$scratch" "fuzz/corpus/$target" -- \
      -max_total_time="$1" -dict=fuzz/rule.dict -timeout=10 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1 >"$scratch.log" 2>&1; then
      tail -n 60 "$scratch.log"
      return 1
    fi
    grep -E 'number_of_executed_units|peak_rss_mb' "$scratch.log" || tail -n 5 "$scratch.log"
  done
}

# How many tests the log of a `cargo test` names, by outcome.
count_tests() {
  awk '/^test result:/ { passed += $4; failed += $6; ignored += $8; binaries++ }
    END { printf "%d tests passed, %d failed, %d ignored, in %d binaries\n", passed, failed, ignored, binaries;
          exit passed == 0 || failed > 0 }' "$1"
}

# What became of disturbed deployments, as the log of the tests has it: how many cases there were, by faults and by kills of
# the process, and how many ended mixed. A matrix without its line has not run.
disturbed_deployments() {
  grep -oE '[0-9]+ (cases|kills)\b.* mixed|[0-9]+ mixed without undoing' "$1"
  [[ $(grep -cE '[0-9]+ (cases|kills)\b.*, 0 mixed' "$1") == 5 ]]
}

tests() {
  mkdir -p target
  run_readme_command tests 2>&1 | tee target/tests.log
  count_tests target/tests.log
}
