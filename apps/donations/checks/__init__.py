"""Live invariants of gifts, goods, promises, cash and custody, run by `manage.py check_books`."""

from apps.donations.checks import cash, custody, gifts, goods, promises

CHECKS = [*gifts.CHECKS, *goods.CHECKS, *promises.CHECKS, *cash.CHECKS, *custody.CHECKS]
