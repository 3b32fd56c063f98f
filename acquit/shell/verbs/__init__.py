"""Every verb of the shell, a file per subject, in the order of `acquit --help`."""

from acquit.shell.verbs import (
    activate,
    bank_checked,
    init,
    interest,
    migrate,
    outbox,
    owed,
    pay,
    plan_run,
    run,
    serve,
    user,
)

VERBS = (
    init.VERB,
    owed.VERB,
    plan_run.VERB,
    run.VERB,
    outbox.OUTBOX,
    outbox.APPROVE,
    outbox.RESOLVE,
    interest.VERB,
    pay.VERB,
    bank_checked.VERB,
    activate.ACTIVATE,
    activate.DEACTIVATE,
    serve.SERVE,
    serve.WORKER,
    user.ADD,
    user.PASSWORD,
    migrate.VERB,
)
