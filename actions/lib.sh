# What the steps of several actions do. A step sources this file in the folder of the Pulumi project.

fail() {
  echo "::error::$1"
  exit 1
}

# The input `env` has a variable on each line, as NAME=VALUE. A value of several lines is between the lines NAME<<END
# and END, and END is any word. Only steps that need the variables get them.
while IFS= read -r line; do
  if [[ $line =~ ^([A-Za-z_][A-Za-z0-9_]*)'<<'(.+)$ ]]; then
    line="${BASH_REMATCH[1]}=" end=${BASH_REMATCH[2]} before=
    while IFS= read -r part && [ "$part" != "$end" ]; do
      line+=$before$part before=$'\n'
    done
    [ "$part" = "$end" ] || fail "The input env has no line $end after the line ${line%%=*}<<$end."
  fi
  [[ -z $line || $line =~ ^[A-Za-z_][A-Za-z0-9_]*= ]] || fail \
    "A line of the input env is not NAME=VALUE. Write a value of several lines between the lines NAME<<END and END."
  [ -z "$line" ] || export "${line?}"
done <<< "${SETTINGS:-}"
export PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1

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
  jq '{addresses, changes, answers, gaps, other_removals}'
}

# A re-run, and a run that has waited for its approval, can have an old program and an old policy.
refuse_old_commit() {
  local newest
  newest=$(gh api "repos/$GITHUB_REPOSITORY/commits/HEAD" --jq .sha)
  [ "$newest" = "$GITHUB_SHA" ] || fail \
    "The default branch has a newer commit. Start this workflow with *Run workflow* on this branch, not with *Re-run*."
}

# `pulumi cancel` removes every lock, also the lock of an active run. A run that waits for its approval has no lock.
refuse_beside_another_run() {
  local runs="repos/$GITHUB_REPOSITORY/actions/runs" found run active
  found=$(for status in in_progress waiting; do
    gh api --paginate "$runs?status=$status&per_page=100" || exit
  done | jq --argjson own "$GITHUB_RUN_ID" '.workflow_runs[] | select(.id != $own)
    | select(.path | test("/(apply|endings)[.]yml(@|$)")) | .id')
  for run in $found; do
    active=$(gh api --paginate "$runs/$run/jobs?per_page=100" |
      jq --slurp 'any(.[].jobs[]; .status == "in_progress")')
    [ "$active" = false ] || fail \
      "Another run is active, and its lock must stay: $GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$run. Wait until it has ended, then start this workflow again."
  done
}

# GitHub creates an environment that does not exist, without any protection. An author must not approve their own
# change, and an administrator must not skip the approval.
require_approval() {
  local found
  found=$(gh api "repos/$GITHUB_REPOSITORY/environments/$1" | jq '.can_admins_bypass == false
    and any(.protection_rules[]?; .type == "required_reviewers" and .reviewers != [] and .prevent_self_review)')
  [ "$found" = true ] || fail \
    "The environment $1 does not require an approval by another person, so nothing was applied. In its settings, choose *Required reviewers* and *Prevent self-review*, and clear *Allow administrators to bypass configured protection rules*. If your plan of GitHub has no required reviewers, give this action the input unreviewed: true."
}

# Otherwise a branch could get the secrets of the environment without any review.
require_default_branch() {
  local found default environment="repos/$GITHUB_REPOSITORY/environments/$1"
  found=$(gh api "$environment" | jq .deployment_branch_policy.custom_branch_policies)
  [ "$found" != true ] ||
    found=$(gh api "$environment/deployment-branch-policies" |
      jq --compact-output '[.branch_policies[] | .type, .name]')
  default=$(gh api "repos/$GITHUB_REPOSITORY" | jq --compact-output '["branch", .default_branch]')
  [ "$found" = "$default" ] || fail \
    "The environment $1 allows deployments from other branches than the default branch, so this job did nothing. In its settings, choose *Selected branches and tags* under *Deployment branches and tags*, and add only the default branch."
}

# Print the name of the Pulumi project.
project() {
  sed -nE "s/^name: *[\"']?([^\"' ]+).*/\1/p" Pulumi.yaml
}
