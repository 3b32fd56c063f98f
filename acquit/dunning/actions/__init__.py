"""What dunning writes, a file per moment: in service, planning, leaving."""

from acquit.dunning.actions.activation import adopt_standard_plan, put_in_service, take_out_of_service
from acquit.dunning.actions.leaving import (
    approve,
    begin_sending,
    claim,
    drop,
    mark_refused,
    reap,
    record_outcome,
    resolve,
    retry_refused,
)
from acquit.dunning.actions.planning import Counts, Draft, drafts_of, first_moment, plan_chunk

__all__ = [
    "Counts",
    "Draft",
    "adopt_standard_plan",
    "approve",
    "begin_sending",
    "claim",
    "drafts_of",
    "drop",
    "first_moment",
    "mark_refused",
    "plan_chunk",
    "put_in_service",
    "reap",
    "record_outcome",
    "resolve",
    "retry_refused",
    "take_out_of_service",
]
