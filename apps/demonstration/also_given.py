"""What is given beside the daily gifts, in fen: the daily ones leave room for it, so that the published total stays."""

# To the town's fund that ended, and to the village's fund that merged.
ENDED_FUND = (8_000_00, 1_200_00)
MERGED_FUND = (3_000_00, 260_00)
# Name, fen, whether the name is public, message: written down on the spot at an event.
EVENT = (
    ("王成芬", 100_00, True, "给老人加个菜"),
    ("黎勇", 50_00, False, ""),
    ("杨诗雨", 20_00, False, "这是我的零花钱"),
    ("匡正平", 200_00, True, ""),
    ("翁国珍", 66_00, False, "六六大顺"),
    ("周以撒", 10_00, False, ""),
    ("霍启蒙", 88_00, False, ""),
    ("綦江区老年大学合唱团", 500_00, True, "唱给您听"),
    ("", 34_00, False, "红纸箱旁边的过路人"),
)
# A firm's people, each a donor of their own.
COLLECTIVE = (
    ("毛建军", 300_00), ("代小琼", 200_00), ("令狐兵", 100_00), ("娄丽", 100_00), ("艾山江", 100_00),
    ("石磊", 50_00), ("冉隆芳", 50_00), ("谭晓", 100_00),
)  # fmt: skip
BOX, BOX_WAITING = 386_50, 214_00
# Order, days ago, fen, fee, name, whether it is public, message.
PLATFORM = (
    (1, 41, 50_00, 30, "阿·买买提", True, "加油"),
    (2, 41, 10_00, 6, "", False, ""),
    (3, 40, 100_00, 60, "郑谢", True, ""),
    (4, 39, 66_60, 40, "", False, "积少成多"),
    (5, 39, 20_00, 12, "", False, ""),
    (6, 38, 200_00, 120, "卢谭", True, ""),
)
# The fundraising plan that ended, the one of the flood, the one together with a partner.
ENDED_PLAN = (2_000_00, 500_00, 188_00, 1_000_00)
FLOOD_PLAN = (5_000_00, 300_00, 99_99, 50_00)
PARTNER_PLAN = (888_00, 60_00)
# By card and by reminder, each month.
CARD, CARD_MONTHS = 50_00, 4
REMINDED, REMINDED_MONTHS = 30_00, 2
# The listed donor's own, by what comes after each.
OWN = {
    "receipt": 1_000_00,
    "dedication": 520_00,
    "child": 20_00,
    "agreement": 6_000_00,
    "moved": 300_00,
    "twice": 1_200_00,
    "asked": 480_00,
    "agreed": 260_00,
    "refused": 90_00,
}
# One part of a pledge, one person under two donors, and a gift on a project's page.
PLEDGED = 3_000_00
SAME_PERSON = (60_00, 140_00)
WISHED = 36_00
# By a council member who was asked.
DIRECTED = 2_600_00
FIRM = 20_000_00
FIRM_TWICE = 3_600_00
TOTAL = (
    sum(ENDED_FUND)
    + sum(MERGED_FUND)
    + sum(row[1] for row in EVENT)
    + sum(row[1] for row in COLLECTIVE)
    + BOX
    + sum(row[2] for row in PLATFORM)
    + sum((*ENDED_PLAN, *FLOOD_PLAN, *PARTNER_PLAN))
    + CARD * CARD_MONTHS
    + REMINDED * REMINDED_MONTHS
    + sum(OWN.values())
    + FIRM
    + FIRM_TWICE
    + PLEDGED
    + sum(SAME_PERSON)
    + WISHED
    + DIRECTED
)
