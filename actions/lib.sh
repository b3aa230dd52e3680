# What the steps of several actions do. A step sources this file in the folder of the Pulumi project.

# The input `env` has a variable on each line, as NAME=VALUE. Only steps that need it get it.
while IFS= read -r line; do
  [ -z "$line" ] || export "${line?}"
done <<< "${SETTINGS:-}"
export PULUMI_CONFIG_PASSPHRASE="${PULUMI_CONFIG_PASSPHRASE:-}" # empty, if the stack has no secrets
export PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1

fail() {
  echo "::error::$1"
  exit 1
}

# Install the program of a folder into its environment, with the packages that its files pin.
install_program() {
  python -m venv "$1/.venv"
  "$1/.venv/bin/python" -m pip install --require-hashes --requirement "$1/requirements.lock"
  "$1/.venv/bin/python" -m pip install --no-deps --no-build-isolation --requirement "$1/requirements.txt"
}

# Install the command `metapixel` of the commit at which the workflow pins this action.
install_metapixel() {
  local source="$GITHUB_ACTION_PATH/../.." python="$RUNNER_TEMP/metapixel/bin/python"
  python -m venv "$RUNNER_TEMP/metapixel"
  "$python" -m pip install --require-hashes --requirement "$source/examples/github-actions/requirements.lock"
  "$python" -m pip install --no-deps --no-build-isolation "$source"
}

metapixel() {
  "$RUNNER_TEMP/metapixel/bin/metapixel" "$@"
}

# Print the parts of a review in JSON that an approval covers.
covered() {
  jq '{changes, answers, gaps, other_removals}'
}

# Keep one comment with the text of file $2 under pull request $1. The first line of the text is a marker.
comment() {
  local issues="repos/$GITHUB_REPOSITORY/issues" marker before body="$RUNNER_TEMP/body.json"
  marker=$(head -n 1 "$2")
  before=$(gh api --paginate "$issues/$1/comments?per_page=100" |
    jq --slurp --arg marker "$marker" 'add | map(select(.user.login == "github-actions[bot]"
      and (.body | startswith($marker))))[0].id // empty')
  jq --null-input --rawfile body "$2" '{body: $body}' > "$body"
  if [ -n "$before" ]; then
    gh api --method PATCH "$issues/comments/$before" --input "$body"
  else
    gh api --method POST "$issues/$1/comments" --input "$body"
  fi | jq --raw-output .html_url
}

# A re-run has the old program and the old policy.
refuse_old_commit() {
  local newest
  newest=$(gh api "repos/$GITHUB_REPOSITORY/commits/HEAD" --jq .sha)
  [ "$newest" = "$GITHUB_SHA" ] || fail \
    "The default branch has a newer commit. Start this workflow with *Run workflow* on this branch, not with *Re-run*."
}

# Print the name of the Pulumi project.
project() {
  sed -nE "s/^name: *[\"']?([^\"' ]+).*/\1/p" Pulumi.yaml
}
