"""Live invariants of gifts, goods, promises, cash, custody and appeals, run by `manage.py check_books`."""

from apps.donations.checks import cash, custody, directed, gifts, goods, promises

CHECKS = [
    *gifts.CHECKS,
    *directed.CHECKS,
    *goods.CHECKS,
    *promises.CHECKS,
    *cash.CHECKS,
    *custody.CHECKS,
]
