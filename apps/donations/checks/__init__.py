"""Live invariants of gifts, goods, promises, cash, custody, appeals and providers, run by `manage.py check_books`."""

from apps.donations.checks import cash, custody, directed, gifts, goods, promises, providers

CHECKS = [
    *gifts.CHECKS,
    *directed.CHECKS,
    *goods.CHECKS,
    *promises.CHECKS,
    *cash.CHECKS,
    *custody.CHECKS,
    *providers.CHECKS,
]
