"""What the demonstration tells: 綦江's real divisions and published figures; people, gifts and projects are invented.

Seven pilots with ¥10,000 of seed each, 79 community funds, a little over ¥1.2 million raised, twelve projects in five
fields and 78,000 person-times are the figures 綦江 published; which communities have a fund is this program's choice.
"""

import dataclasses
from dataclasses import dataclass

DISTRICT = "500110"
# The former 万盛 area is governed apart; without it 綦江 has 21 towns and streets.
EXCLUDED = ("500110004", "500110005", *(f"5001101{n:02d}" for n in range(8)))
FUNDS = 79
PILOTS = ("百步梯", "新山村", "沱湾", "代家岗", "三河街", "孟家院", "菜坝")
# This one stays without a single gift: the empty state.
EMPTY_FUND = -1
# And this one got a first gift, and none since.
IDLE_FUND = -3
SEED_FEN = 10_000_00
RAISED_FEN = 1_214_680_50
GIFTS = 1306
MONTHS = 18


@dataclass(frozen=True)
class ProjectPlan:
    """One invented project: what was asked, by whom, and how far it has come."""

    key: str
    community: str
    field: str
    title: str
    organisation: str
    need: str
    goal: str
    lines: tuple[tuple[str, str, int], ...]
    persons: int
    person_times: int
    started_days_ago: int
    reaches: str
    no_votes: int = 0
    abstentions: int = 0
    recused: int = 0
    evidence_words: str = ""
    stars: tuple[int, ...] = ()
    scene: str = "room"
    parts: dict[str, str] = dataclasses.field(default_factory=dict)
    # Other communities' funds that pay a part, in fen; and what is done by how many days after the work began.
    partners: tuple[tuple[str, int], ...] = ()
    # The last number is the share in basis points that is paid once it is accepted; `first_bp` is paid before.
    milestones: tuple[tuple[str, int, int], ...] = ()
    first_bp: int | None = None

    @property
    def amount(self) -> int:
        """The budget in fen."""
        return sum(fen for _type, _words, fen in self.lines)


ORGANISATIONS = {
    "暖阳": ("綦江区暖阳社会工作服务中心", "social_work", "李红梅"),
    "启明": ("綦江区启明儿童发展中心", "social_organisation", "单雄"),
    "平安": ("綦江区平安志愿服务协会", "social_organisation", "欧阳建国"),
    "匠心": ("重庆綦匠适老改造有限公司", "firm", "王䶮"),
    "互助": ("百步梯社区邻里互助会暨银龄志愿服务与社区照护联合发展促进中心", "social_organisation", "陈𠮷"),
}

# Invented, with sound check digits; accounts too are nobody's.
USCC = {
    "暖阳": "52500110MJP100001J",
    "启明": "52500110MJP2000028",
    "平安": "51500110MJP3000031",
    "匠心": "91500110MA5U00004X",
    "互助": "52500110MJP5000059",
}
KEYS = {"暖阳": "nuanyang", "启明": "qiming", "平安": "pingan", "匠心": "jiangxin", "互助": "huzhu"}
ACCOUNTS = {key: f"0000 0000 0000 0{number:03d}" for number, key in enumerate(KEYS, start=101)}

FIVE = {
    "community": "居委会提供场地，统计名单，入户核实",
    "social_organisation": "承办机构负责实施和台账",
    "social_worker": "专职社工每周走访，跟进个案",
    "volunteer": "志愿者轮班，每班两人",
    "charity_resource": "基金出钱，商户让利和捐物",
}

PROJECTS = (
    ProjectPlan(
        "lunch", "百步梯", "elderly", "独居老人午餐", "暖阳",
        "我一个人住，煮一顿饭要吃两天。要是中午有人送口热的，就好了。",
        "给 96 位 75 岁以上独居、失能老人，每个工作日送一顿热午饭，同时看一眼人好不好。",
        (("materials", "食材 14,400 份 × 2.60 元", 37_440_00), ("materials", "保温餐盒 120 个", 3_960_00),
         ("services", "志愿者保险和交通", 7_200_00)),
        96, 24_600, 310, "closed", no_votes=1,
        evidence_words="每个工作日中午送到，风雨天没有停过。三位老人在送餐时发现身体不适，及时送医。",
        stars=(5,) * 58 + (4,) * 19 + (3,) * 5 + (2,) * 1, scene="lunch", parts=FIVE,
    ),
    ProjectPlan(
        "class", "新山村", "children", "四点半课堂", "启明",
        "娃儿四点就放学，我们六点才下班，中间这两个钟头没人管。",
        "每个上学日 16:30 到 18:30，在社区活动室带 120 名小学生写作业、读书、做手工。",
        (("personnel", "课业辅导老师补贴 2 人 × 9 个月", 21_600_00), ("materials", "图书、文具和手工材料", 8_900_00),
         ("services", "儿童意外险", 3_600_00)),
        120, 18_400, 300, "closed", abstentions=1,
        evidence_words="九个月开课 158 天，没有发生安全事故。期末老师和家长开了两次会。",
        stars=(5,) * 40 + (4,) * 22 + (3,) * 6, scene="class", parts=FIVE,
    ),
    ProjectPlan(
        "relief", "沱湾", "relief", "邻里应急互助", "互助",
        "去年涨水，一楼几家的米和铺盖都泡了，半夜不晓得找哪个。",
        "建一个社区应急物资点，遇到火灾、涨水、突发重病，24 小时内把米油被褥和现金外的帮助送到家。",
        (("materials", "应急物资包 300 个", 21_000_00), ("services", "入户评估和回访", 4_200_00)),
        860, 8_660, 290, "closed",
        evidence_words="涨水两次、火情一次，物资当天送到 214 户。每一包都有签收单。",
        stars=(5,) * 21 + (4,) * 9 + (3,) * 3 + (1,) * 1, scene="parcels", parts=FIVE,
    ),
    ProjectPlan(
        "patrol", "三河街", "safety", "夜间平安巡查", "平安",
        "晚上巷子黑，老人摔过两回，电瓶车也丢过。",
        "每晚两组志愿者巡查 2 小时，看灯、看电、看独居老人的门，发现问题当晚上报。",
        (("materials", "手电、反光背心和对讲机", 6_300_00), ("services", "巡查志愿者保险", 4_800_00),
         ("materials", "楼道感应灯 180 盏", 8_100_00)),
        3_200, 15_200, 260, "closed", no_votes=1, abstentions=1,
        evidence_words="巡查 304 晚，报修路灯 41 盏，劝离电动车进楼 126 次。",
        stars=(5,) * 30 + (4,) * 25 + (3,) * 9 + (2,) * 3, scene="street", parts=FIVE,
    ),
    ProjectPlan(
        "outing", "代家岗", "social", "残障邻居出门去", "暖阳",
        "轮椅下不了那七步梯，我有三年没去过菜市场了。",
        "给 64 位行动不便的居民，每周两次陪同出行、就医和买菜，备好爬楼机和无障碍车。",
        (("services", "无障碍车租用 80 次", 16_000_00), ("materials", "爬楼机 1 台", 9_800_00),
         ("personnel", "陪护员误工补贴", 6_400_00)),
        64, 11_000, 200, "accepted",
        evidence_words="半年出行 1,860 次，最远去了区医院复查。",
        stars=(5,) * 12 + (4,) * 3, scene="ramp", parts=FIVE,
    ),
    ProjectPlan(
        "handrail", "孟家院", "social", "楼道扶手和防滑条", "匠心",
        "三栋的楼道又陡又滑，下雨天我都不敢下楼。",
        "给 6 个单元 42 层楼道装双侧扶手和防滑条，保修两年。",
        (("materials", "扶手 504 米", 15_120_00), ("services", "安装和保修", 5_880_00)),
        430, 4_000, 110, "running", scene="stairs", recused=1, parts=FIVE,
        milestones=(
            ("1、2 单元装完，居民试过", 40, 2000), ("3、4 单元装完，居民试过", 98, 0),
            ("5、6 单元装完，保修卡发到每一户", 140, 0),
        ),
        first_bp=3000,
        evidence_words="已装完 4 个单元，剩下 2 个单元等雨停。",
    ),
    ProjectPlan(
        "health", "菜坝", "elderly", "一老一小健康日", "暖阳",
        "量血压要走到街上去，来回一个钟头。",
        "每月一次在院坝量血压、测血糖、看牙齿，给老人和孩子建健康卡。",
        (("services", "医护人员交通和误餐", 7_200_00), ("materials", "检测耗材", 5_600_00)),
        520, 6_000, 60, "paid", abstentions=1, scene="room", parts=FIVE, partners=(("百步梯", 4_800_00),),
    ),
    ProjectPlan(
        "garden", "沱湾", "social", "社区花园一起种", "互助",
        "楼下那块空地堆了几年建渣，娃儿都绕着走。",
        "清走建渣，和居民一起做一个 260 平方米的花园，认养到户。",
        (("materials", "土、苗和工具", 9_600_00), ("services", "清运建渣", 4_800_00)),
        400, 3_000, 10, "notice", abstentions=1, scene="garden", parts=FIVE,
    ),
    ProjectPlan(
        "lunch2", "百步梯", "elderly", "独居老人午餐第二期", "暖阳",
        "午饭还送不送？不送了我又只有吃面。",
        "给 75 位独居老人每个工作日送一顿午饭，2026 年 12 月到 2027 年 2 月，共 62 天。",
        (("materials", "食材 4,650 份 × 3.20 元", 14_880_00), ("materials", "保温盒补充 40 个 × 33 元", 1_320_00),
         ("services", "志愿者保险和交通", 2_400_00)),
        75, 4_650, 5, "open", scene="lunch", parts=FIVE,
    ),
    ProjectPlan(
        "swim", "代家岗", "children", "暑期防溺水训练营", "启明",
        "夏天娃儿往河边跑，喊都喊不住。",
        "暑假办四期防溺水训练营，每期 30 名孩子，学自救和互救。",
        (("services", "泳池和教练", 24_000_00), ("services", "保险和接送", 6_000_00)),
        120, 1_440, 134, "declined", no_votes=4, scene="room", parts=FIVE,
    ),
    ProjectPlan(
        "fraud", "三河街", "safety", "反诈宣传进楼栋", "平安",
        "隔壁婆婆把棺材本都转给骗子了，我们老年人听不懂那些话术。",
        "用方言排三个小品，到 36 个楼栋演，给老人装好反诈提醒。",
        (("materials", "道具和资料", 4_200_00), ("services", "演出交通", 2_600_00)),
        1_800, 1_800, 4, "submitted", scene="room", parts=FIVE,
    ),
    ProjectPlan(
        "books", "新山村", "children", "流动书架", "启明",
        "社区的书都是大人看的。",
        "在 8 个楼栋口放流动书架，每月换书，孩子当管理员。",
        (("materials", "图书 800 册", 16_000_00), ("materials", "书架 8 个", 3_200_00)),
        300, 2_400, 2, "draft", scene="class", parts=FIVE,
    ),
)  # fmt: skip
