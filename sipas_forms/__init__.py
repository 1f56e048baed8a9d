"""sipas_forms: a paper survey from a list of people to a published index; `flow` has the order of the steps."""

import os

# Before numpy is loaded, which asks once, here and in every worker: its threads wait for each other, busily, over
# matrices of a few hundred numbers. Two workers on two cores read 600 pages in 22 s with them and in 11 s without; one
# takes 19 s.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
