#!/bin/bash
# A sweep without a queue, where nodes reach no Redis: each task has the cases whose number is its own modulo their count.
#
#   sbatch slurm-array.sh my-equation.yaml cases.csv
#   { head -n 1 part-1.csv; tail -q -n +2 part-*.csv; } > surface.csv    # when all have ended
#
# A task that is killed goes on from its journal when Slurm starts it again.
#SBATCH --job-name=deepbsde-sweep
#SBATCH --array=1-20
#SBATCH --cpus-per-task=4
#SBATCH --mem=4G
#SBATCH --time=04:00:00
#SBATCH --requeue

set -euo pipefail
page=$1
cases=$2
mine="cases-$SLURM_ARRAY_TASK_ID.csv"
awk -v n="$SLURM_ARRAY_TASK_COUNT" -v k="$SLURM_ARRAY_TASK_ID" 'NR == 1 || NR % n == k % n' "$cases" > "$mine"

exec deepbsde sweep "$page" --from "$mine" --out "part-$SLURM_ARRAY_TASK_ID.csv" \
  --workers "$SLURM_CPUS_PER_TASK" --quiet
