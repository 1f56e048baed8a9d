"""sipas_forms: a paper survey from a list of people to a published index; `flow` has the order of the steps."""
