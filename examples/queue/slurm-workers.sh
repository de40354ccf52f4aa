#!/bin/bash
# Fifty workers that take runs from one queue, each on four cores of whatever node has them:
#
#   sbatch slurm-workers.sh
#   deepbsde sweep my-equation.yaml --vary strike=80:120:5 --queue redis://login-node:6379 --out surface.csv
#
# The password lies in a file that only you can read; it is never an argument. A task that Slurm ends gives its runs to others.
#SBATCH --job-name=deepbsde
#SBATCH --array=1-50
#SBATCH --cpus-per-task=4
#SBATCH --mem=4G
#SBATCH --time=04:00:00
#SBATCH --signal=TERM@60
#SBATCH --requeue

set -euo pipefail
DEEPBSDE_QUEUE_PASSWORD="$(cat "$HOME/.deepbsde-queue")"
export DEEPBSDE_QUEUE_PASSWORD

exec deepbsde worker --queue redis://login-node:6379 \
  --workers "$SLURM_CPUS_PER_TASK" --memory "$SLURM_MEM_PER_NODE" --idle 10m
