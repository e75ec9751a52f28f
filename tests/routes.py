"""Every route of the site and who gets past its door. A route without a row fails `tests/test_routes.py`.

A row says which members of the cast may reach the page (`reach`), the arguments that exist in the cast (`args`; without
them the route is only tried with arguments that do not exist), and what a GET then answers (`get`: 405 for routes that
only take a POST, 302 for those that lead elsewhere). `writes` narrows those whose POST is listened to, where more may
read the page and its sentence why not. A name ending in `*` stands for all routes that start so and have
no row of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

SIGNED_IN = frozenset(
    [
        "stranger",
        "implementer",
        "coordinator",
        "auditor",
        "finance",
        "admin",
    ]
)
EVERYONE = SIGNED_IN | {"anonymous"}
NOBODY: frozenset[str] = frozenset()
HOST_ADMIN = frozenset({"admin"})
HOST_STAFF = frozenset({"admin", "finance"})
FINANCE = frozenset({"finance"})
# Who sees the staff's pages of a host; the town's coordinator sees those of the town's funds.
HOST_READERS = HOST_STAFF | {"auditor"}
MONEY_READERS = FINANCE | {"auditor"}
FUND_READERS = HOST_READERS | {"coordinator"}
# Nobody of the cast has a seat, a motion, a gift or a project: those pages are tried by the tests of their own rooms,
# and who will sit on a committee is a stranger here.
OK, LEADS_ON, POST_ONLY, NOT_FOUND = 200, 302, 405, 404

HOST = {"host": "H-QJ"}
RULES = {"host": "H-QJ", "level": 4, "division": "500110001001"}
DIVISION = {"code": "500110001001"}
FUND = {"code": "F-BBT"}
ORGANISATION = {"code": "O-NY"}


@dataclass(frozen=True)
class Row:
    """Who reaches a route, with which arguments, and what a GET answers them."""

    reach: frozenset[str]
    args: Mapping[str, str | int] | None = None
    get: int = OK
    writes: frozenset[str] | None = None


ROUTES: dict[str, Row] = {
    # The operator's admin: superusers, who are not in the cast.
    "admin:*": Row(NOBODY),
    "admin:login": Row(EVERYONE, get=LEADS_ON),
    "admin:logout": Row(EVERYONE, get=LEADS_ON),
    # Signing in and one's own account.
    "account_*": Row(EVERYONE),
    "account_logout": Row(EVERYONE),
    "account_email": Row(SIGNED_IN),
    "account_change_password": Row(SIGNED_IN),
    "account_set_password": Row(SIGNED_IN, get=LEADS_ON),
    "account_reauthenticate": Row(SIGNED_IN),
    "mfa_*": Row(SIGNED_IN),
    "users:me": Row(SIGNED_IN),
    "users:people": Row(HOST_ADMIN, HOST),
    "users:end_role": Row(HOST_ADMIN, get=POST_ONLY),
    # What everyone may read.
    "core:picture": Row(EVERYONE),
    "core:thumbnail": Row(EVERYONE),
    "core:document": Row(EVERYONE),
    "core:choose": Row(EVERYONE, get=POST_ONLY),
    "core:healthy": Row(EVERYONE),
    "divisions:suggest": Row(EVERYONE),
    "disclosure:*": Row(EVERYONE),
    "disclosure:report_bench": Row(HOST_READERS),
    "disclosure:report_work": Row(NOBODY),
    "disclosure:division": Row(EVERYONE, DIVISION),
    "disclosure:rule_levels": Row(EVERYONE, HOST),
    "disclosure:level_rules": Row(EVERYONE, RULES),
    "disclosure:fund": Row(EVERYONE, FUND),
    "disclosure:book": Row(EVERYONE, FUND),
    # Organisations.
    "registry:organisations": Row(HOST_STAFF),
    "registry:register": Row(HOST_STAFF),
    "registry:organisation": Row(HOST_STAFF | {"implementer"}, ORGANISATION),
    "registry:add_implementer": Row(HOST_STAFF, ORGANISATION, get=POST_ONLY),
    "registry:end_implementer": Row(HOST_STAFF, get=POST_ONLY),
    "registry:change_payee": Row(FINANCE, ORGANISATION, get=POST_ONLY),
    "registry:check_payee": Row(FINANCE, ORGANISATION, get=POST_ONLY),
    "registry:suspend": Row(HOST_STAFF, ORGANISATION, get=POST_ONLY),
    "registry:restore": Row(HOST_STAFF, ORGANISATION, get=POST_ONLY),
    # Funds and their rules.
    "funds:list": Row(FUND_READERS),
    "funds:open": Row(FUND_READERS, HOST, writes=HOST_ADMIN),
    "funds:fund": Row(FUND_READERS, FUND),
    "funds:coordinators": Row(HOST_ADMIN, HOST),
    "funds:dismiss_coordinator": Row(NOBODY, get=POST_ONLY),
    "funds:move": Row(FUND_READERS, FUND, get=POST_ONLY),
    "funds:open_restriction": Row(FUND_READERS, FUND, get=POST_ONLY),
    "funds:rules": Row(FUND_READERS),
    "funds:applications": Row(SIGNED_IN),
    "funds:apply": Row(SIGNED_IN, HOST),
    "funds:application": Row(NOBODY),
    "funds:mend": Row(NOBODY),
    "funds:withdraw_application": Row(NOBODY),
    "funds:agree": Row(NOBODY),
    "funds:open_applied": Row(NOBODY),
    "funds:agreement_pdf": Row(NOBODY),
    "funds:agreement_scan": Row(NOBODY),
    "funds:rename": Row(FUND_READERS, FUND, get=POST_ONLY),
    "funds:approvals": Row(SIGNED_IN),
    "funds:approval": Row(NOBODY),
    "funds:rulebook": Row(FUND_READERS, RULES),
    "funds:withdraw_rulebook": Row(NOBODY),
    "funds:attach_document": Row(NOBODY),
    # Giving is for everyone, the gifts' pages are for the host.
    "donations:give": Row(EVERYONE, FUND),
    "donations:done": Row(EVERYONE),
    "donations:give_monthly": Row(EVERYONE, FUND),
    # Whoever has the link of a monthly gift; the cast has none.
    "donations:plan": Row(EVERYONE),
    "donations:plan_pay": Row(EVERYONE),
    "donations:plan_pause": Row(EVERYONE, get=POST_ONLY),
    "donations:plan_resume": Row(EVERYONE, get=POST_ONLY),
    "donations:plan_change": Row(EVERYONE, get=POST_ONLY),
    "donations:plan_name": Row(EVERYONE),
    "donations:plan_stop": Row(EVERYONE, get=POST_ONLY),
    "donations:poster": Row(EVERYONE, FUND),
    "donations:poster_file": Row(EVERYONE),
    "donations:again": Row(EVERYONE, get=POST_ONLY),
    "donations:transfer": Row(EVERYONE),
    "donations:name": Row(NOBODY),
    "donations:sign_in": Row(EVERYONE),
    "donations:enter_code": Row(EVERYONE),
    "donations:withdraw": Row(NOBODY),
    "donations:hide_surname": Row(NOBODY, get=POST_ONLY),
    "donations:erase": Row(SIGNED_IN),
    "donations:sign_out": Row(EVERYONE, get=POST_ONLY),
    # A donor's own pages stand behind a key in their address, which nobody of the cast has.
    "donations:own": Row(NOBODY),
    "desk:gift_by_key": Row(NOBODY),
    "donations:own_*": Row(NOBODY),
    "donations:my_year": Row(NOBODY),
    "donations:my_agreement": Row(NOBODY),
    "donations:certificate": Row(EVERYONE),
    "donations:webhook": Row(EVERYONE, args={"channel": "stripe"}, get=POST_ONLY),
    "donations:gifts": Row(HOST_READERS),
    "donations:record": Row(HOST_READERS),
    "donations:gift": Row(NOBODY),
    "grants:thanks": Row(NOBODY),
    "grants:pledges": Row(NOBODY),
    "grants:new_pledge": Row(NOBODY),
    "donations:donors": Row(FINANCE),
    "donations:donors_alike": Row(FINANCE),
    "donations:donor": Row(NOBODY),
    "donations:compare_donors": Row(NOBODY),
    "donations:part_donors": Row(NOBODY, get=POST_ONLY),
    "donations:add_contact": Row(NOBODY, get=POST_ONLY),
    "donations:end_contact": Row(NOBODY, get=POST_ONLY),
    "donations:pledges": Row(HOST_READERS),
    "donations:new_pledge": Row(HOST_READERS),
    "donations:pledge": Row(NOBODY),
    "donations:match_pledge": Row(NOBODY, get=POST_ONLY),
    "donations:take_off_pledge": Row(NOBODY, get=POST_ONLY),
    "donations:pledge_proof": Row(NOBODY),
    "donations:pledge_agreement": Row(NOBODY),
    "donations:pledge_agreement_pdf": Row(NOBODY),
    "donations:gift_agreement": Row(NOBODY),
    "donations:gift_agreement_pdf": Row(NOBODY),
    "donations:custodies": Row(HOST_READERS),
    "donations:new_custody": Row(HOST_READERS),
    "donations:custody": Row(NOBODY),
    "donations:custody_paper": Row(NOBODY),
    "donations:decide_hand_over": Row(NOBODY, get=POST_ONLY),
    "donations:boxes": Row(HOST_READERS),
    "donations:count_box": Row(NOBODY),
    "donations:sign_count": Row(NOBODY),
    "donations:goods": Row(HOST_READERS),
    "donations:receive_goods": Row(HOST_READERS),
    "donations:goods_gift": Row(NOBODY),
    "donations:goods_receipt": Row(NOBODY),
    "donations:take_out": Row(NOBODY),
    "donations:decide_write_off": Row(NOBODY, get=POST_ONLY),
    "donations:correct": Row(NOBODY),
    "donations:correct_goods": Row(NOBODY),
    "donations:instruct": Row(NOBODY),
    "donations:instruct_goods": Row(NOBODY),
    "donations:answer_purpose": Row(NOBODY),
    "donations:answer_paper": Row(NOBODY),
    "donations:by_hand": Row(FINANCE),
    "donations:told_by_hand": Row(NOBODY, get=POST_ONLY),
    "donations:instruction_paper": Row(NOBODY),
    "donations:withdraw_purpose": Row(NOBODY, get=POST_ONLY),
    "donations:carry_out_purpose": Row(NOBODY, get=POST_ONLY),
    # Whoever has the letter's link; the cast has none.
    "donations:purpose": Row(EVERYONE),
    "donations:refunds": Row(HOST_READERS),
    "donations:release_refund": Row(NOBODY, get=POST_ONLY),
    "donations:reject_refund": Row(NOBODY, get=POST_ONLY),
    "donations:repay": Row(
        HOST_READERS, {"fund": "F-BBT", "restriction": "F-BBT-G"}, get=POST_ONLY, writes=FINANCE
    ),
    "donations:parked": Row(FINANCE),
    "donations:retry": Row(NOBODY),
    # The link of somebody who was asked is signed; any other one is said to be wrong.
    "donations:invited": Row(EVERYONE),
    "donations:decline_invitation": Row(EVERYONE, get=POST_ONLY),
    "donations:appeals": Row(HOST_READERS),
    "donations:new_appeal": Row(HOST_READERS, HOST),
    "donations:appeal": Row(NOBODY),
    "donations:change_appeal": Row(NOBODY),
    "donations:audience": Row(NOBODY),
    "donations:invitee": Row(NOBODY),
    "donations:record_directed": Row(NOBODY),
    "donations:tell_givers": Row(NOBODY, get=POST_ONLY),
    "donations:act_on_appeal": Row(NOBODY, get=POST_ONLY),
    "donations:steer_invitee": Row(NOBODY, get=POST_ONLY),
    "donations:campaigns": Row(HOST_READERS),
    "donations:new_campaign": Row(HOST_READERS, HOST),
    "donations:campaign": Row(NOBODY),
    "donations:campaign_paper": Row(NOBODY),
    "donations:campaign_papers": Row(NOBODY),
    "donations:campaign_reports": Row(NOBODY),
    # Committees and their motions.
    "governance:record": Row(EVERYONE),
    "governance:committee": Row(FUND_READERS, FUND),
    "governance:give_seat": Row(FUND_READERS, FUND, writes=HOST_ADMIN | {"coordinator"}),
    "governance:form": Row(FUND_READERS, FUND, writes=HOST_ADMIN | {"coordinator"}),
    "governance:my_seats": Row(SIGNED_IN),
    "governance:declare_kin": Row(SIGNED_IN, get=POST_ONLY),
    "governance:table": Row(FUND_READERS, FUND),
    "governance:table_kind": Row(FUND_READERS, FUND | {"kind": "budget"}),
    "governance:minutes_pdf": Row(EVERYONE),
    "governance:draft_rules": Row(FUND_READERS, RULES),
    "governance:ties": Row(SIGNED_IN),
    "governance:*": Row(NOBODY),
    # Projects: applying is for whoever signed in and acts for an organisation; needs and ratings are for residents.
    "projects:apply": Row(SIGNED_IN, FUND),
    "projects:mine": Row(SIGNED_IN),
    "projects:where": Row(SIGNED_IN),
    "projects:need": Row(EVERYONE),
    "projects:follow_need": Row(EVERYONE),
    "projects:second_need": Row(EVERYONE),
    "projects:rate_by_hand": Row(EVERYONE),
    "projects:rated": Row(EVERYONE),
    "projects:*": Row(NOBODY),
    # Seed programmes.
    "seeding:list": Row(FUND_READERS),
    "seeding:open": Row(FUND_READERS, HOST, writes=HOST_ADMIN),
    "seeding:open_kind": Row(FUND_READERS, {"host": "H-QJ", "kind": "matching"}, writes=HOST_ADMIN),
    "seeding:mine": Row(SIGNED_IN),
    "seeding:*": Row(NOBODY),
    # Grants: the lists show each reader only what is theirs; one project or grant is tried by the room's own tests.
    "grants:board": Row(SIGNED_IN),
    "grants:calls": Row(SIGNED_IN),
    "grants:new_call": Row(HOST_ADMIN),
    "grants:needs": Row(SIGNED_IN),
    "grants:matching": Row(SIGNED_IN),
    "grants:payments": Row(SIGNED_IN),
    "grants:bank_files": Row(SIGNED_IN),
    "grants:overview": Row(FUND_READERS),
    "grants:overview_rows": Row(FUND_READERS, {"what": "planned"}),
    # Anyone objects, and looks up what they wrote by its receipt.
    "grants:objection_find": Row(EVERYONE),
    "grants:object": Row(EVERYONE),
    "grants:objection_receipt": Row(EVERYONE),
    "grants:*": Row(NOBODY),
    # The finance desk: the auditor reads along.
    "finance:merge": Row(FUND_READERS, FUND, writes=HOST_ADMIN),
    "finance:split": Row(FUND_READERS, FUND, writes=HOST_ADMIN),
    "finance:close_fund": Row(FUND_READERS, FUND, writes=HOST_ADMIN),
    "finance:cleanup": Row(FUND_READERS, FUND, writes=HOST_ADMIN),
    "finance:publish_surplus": Row(NOBODY),
    "finance:home": Row(MONEY_READERS, get=LEADS_ON),
    "finance:statements": Row(MONEY_READERS),
    "finance:upload": Row(MONEY_READERS, writes=FINANCE),
    "finance:lines": Row(MONEY_READERS),
    "finance:match": Row(MONEY_READERS, get=POST_ONLY, writes=FINANCE),
    "finance:preview": Row(NOBODY),
    "finance:line": Row(NOBODY),
    "finance:batches": Row(MONEY_READERS, writes=FINANCE),
    "finance:batch": Row(NOBODY),
    "finance:cash": Row(MONEY_READERS, writes=FINANCE),
    "finance:undo_cash": Row(NOBODY),
    "finance:months": Row(MONEY_READERS, HOST, writes=FINANCE),
    "finance:receipts": Row(MONEY_READERS, HOST),
    "finance:receipt": Row(NOBODY),
    "finance:export_receipts": Row(FINANCE, HOST, get=POST_ONLY),
    "finance:import_receipts": Row(MONEY_READERS, HOST, writes=FINANCE),
    "finance:exports": Row(HOST_READERS),
    "finance:platforms": Row(MONEY_READERS, writes=FINANCE),
    "finance:platform_file": Row(NOBODY),
    "finance:platform_errors": Row(NOBODY),
    "finance:platform_template": Row(NOBODY),
    # Everyone's own desk and gifts; the trail and the checks are the auditor's.
    "desk:mine": Row(SIGNED_IN),
    "desk:gifts": Row(SIGNED_IN),
    "desk:gift": Row(NOBODY),
    "desk:consents": Row(SIGNED_IN),
    "desk:my_data": Row(SIGNED_IN),
    "desk:notices": Row(SIGNED_IN),
    "desk:read_all": Row(SIGNED_IN, get=POST_ONLY),
    "desk:wishes": Row(SIGNED_IN),
    "desk:open_notice": Row(NOBODY),
    "desk:calendar": Row(SIGNED_IN),
    "desk:revoke_calendar": Row(SIGNED_IN, get=POST_ONLY),
    "desk:feed": Row(NOBODY),
    "desk:audit": Row(frozenset({"auditor", "admin"})),
    "desk:run_checks": Row(frozenset({"auditor", "admin"}), get=POST_ONLY),
}
